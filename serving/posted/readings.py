"""Readings that come with a request, as a table."""

import pandas as pd

from serving.bodies.posted import MAX_READINGS, Reading
from serving.problems import FieldError
from serving.release.served import Served
from vigia import frames
from vigia.calendars.clock import on_the_wall
from vigia.frames import CHANNEL_COLUMNS

REACH = pd.Timedelta(hours=MAX_READINGS)
"""As long as the longest list of readings: a history is a row an hour, so one hour of another decade costs decades."""
FIELD = "body.readings"


def frame_of(readings: list[Reading], served: Served, client_id: str) -> pd.DataFrame:
    """Posted readings as table `readings`, in order.

    Raises:
        FieldError: an hour is there twice or not a whole hour; nothing was read in any; they span too long a time, or
            are too far from what is stored of the client.
    """
    columns = {name: [getattr(reading, name) for reading in readings] for name in Reading.model_fields}
    frame = pd.DataFrame(columns)
    zone = served.release.manifest["timezone"]
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], utc=True).dt.tz_convert(zone)
    frame.insert(0, "client_id", client_id)
    wall = on_the_wall(frame["timestamp"], zone)
    _refuse(pd.Series(wall != wall.floor("h")), "times must be whole hours")
    _refuse(frame["timestamp"].duplicated(), "this hour is there more than once")
    if frame[list(CHANNEL_COLUMNS.values())].isna().all(axis=None):
        raise FieldError(FIELD, "every value of every hour is null; nothing was read")
    _check_reach(frame["timestamp"], served, client_id)
    return frames.check("readings", frame.sort_values("timestamp", ignore_index=True))


def _refuse(wrong: pd.Series, why: str) -> None:
    """Refuse the first reading that is wrong; its place is the one that it was sent at."""
    if wrong.any():
        raise FieldError(f"{FIELD}.{int(wrong.to_numpy().argmax())}.timestamp", why)


def _check_reach(times: pd.Series, served: Served, client_id: str) -> None:
    """Refuse times that would make a history of decades out of a few hours."""
    first, last = times.min(), times.max()
    if last - first > REACH:
        raise FieldError(FIELD, f"at most {REACH.days} days at a time, {(last - first).days} were sent")
    if client_id not in served.clients:
        return
    stored = served.clients[client_id].stored.readings["timestamp"]
    _refuse(
        (times < stored.iloc[0] - REACH) | (times > stored.iloc[-1] + REACH),
        f"more than {REACH.days} days from the readings of client {client_id}, "
        f"{stored.iloc[0].isoformat()} to {stored.iloc[-1].isoformat()}",
    )
