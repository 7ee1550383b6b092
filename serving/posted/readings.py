"""Readings that come with a request, as a table."""

import pandas as pd

from serving.bodies.posted import Reading
from serving.release.served import Served
from vigia import frames
from vigia.errors import NotEnoughDataError
from vigia.frames import CHANNEL_COLUMNS

REACH = pd.Timedelta(hours=20_000)
"""As long as the longest list of readings: a history is a row an hour, so one hour of another decade costs decades."""


def frame_of(readings: list[Reading], served: Served, client_id: str) -> pd.DataFrame:
    """Posted readings as table `readings`, in order.

    Raises:
        NotEnoughDataError: an hour is there twice or not a whole hour; nothing was read in any; they span too long a
            time, or are too far from what is stored of the client.
    """
    frame = pd.DataFrame([reading.model_dump() for reading in readings])
    zone = served.release.manifest["timezone"]
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], utc=True).dt.tz_convert(zone)
    frame.insert(0, "client_id", client_id)
    frame = frame.sort_values("timestamp", ignore_index=True)
    if frame["timestamp"].duplicated().any():
        raise NotEnoughDataError("readings: an hour is there more than once")
    wall = frame["timestamp"].dt.tz_localize(None)
    if (wall != wall.dt.floor("h")).any():
        raise NotEnoughDataError("readings: times must be whole hours")
    if frame[list(CHANNEL_COLUMNS.values())].isna().all(axis=None):
        raise NotEnoughDataError("readings: every value of every hour is null; nothing was read")
    _check_reach(frame["timestamp"], served, client_id)
    return frames.check("readings", frame)


def _check_reach(times: pd.Series, served: Served, client_id: str) -> None:
    """Refuse times that would make a history of decades out of a few hours."""
    first, last = times.iloc[0], times.iloc[-1]
    if last - first > REACH:
        raise NotEnoughDataError(f"readings: at most {REACH.days} days at a time, {(last - first).days} were sent")
    if client_id not in served.clients:
        return
    stored = served.clients[client_id].stored.readings["timestamp"]
    if first < stored.iloc[0] - REACH or last > stored.iloc[-1] + REACH:
        raise NotEnoughDataError(
            f"readings: more than {REACH.days} days from those of client {client_id}, "
            f"{stored.iloc[0].isoformat()} to {stored.iloc[-1].isoformat()}"
        )
