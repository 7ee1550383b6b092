"""Readings that come with a request, as a table."""

import pandas as pd

from serving.bodies import Reading
from vigia import frames
from vigia.errors import NotEnoughDataError


def frame_of(readings: list[Reading], client_id: str, zone: str) -> pd.DataFrame:
    """Posted readings as table `readings`, in order.

    Raises:
        NotEnoughDataError: an hour is there twice or not a whole hour.
    """
    rows = [reading.model_dump() for reading in readings]
    frame = pd.DataFrame(rows)
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], utc=True).dt.tz_convert(zone)
    frame.insert(0, "client_id", client_id)
    frame = frame.sort_values("timestamp", ignore_index=True)
    if frame["timestamp"].duplicated().any():
        raise NotEnoughDataError("readings: an hour is there more than once")
    if (frame["timestamp"].dt.minute != 0).any():
        raise NotEnoughDataError("readings: times must be whole hours")
    return frames.check("readings", frame)
