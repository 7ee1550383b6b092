"""Readings that are sent: what of them can be taken, and for what reason the rest cannot."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from vigia import frames
from vigia.calendars.clock import on_the_wall
from vigia.frames import CHANNEL_COLUMNS
from vigia.store import Rejected

CHANNELS = tuple(CHANNEL_COLUMNS.values())
AHEAD = pd.Timedelta(hours=1)
"""A meter's clock may be so much ahead of ours."""
NOT_WHOLE = "not the start of a whole local hour"
TWICE = "this hour stands earlier in what was sent"
NOTHING = "every value is null"
FUTURE = "this hour has not ended yet"


def sorted_out(
    client_id: str, sent: Sequence[Mapping[str, Any]], zone: str, now: datetime
) -> tuple[pd.DataFrame, list[Rejected]]:
    """What can be recorded, as table `readings` in order of time, and the rest with reasons.

    Of an hour that stands there more than once the first reading counts.

    Args:
        client_id: whose.
        sent: readings with `timestamp` (a time with its zone) and the channels, null where nothing was read.
        zone: of the meters.
        now: time of intake.
    """
    columns = {name: [reading[name] for reading in sent] for name in ("timestamp", *CHANNELS)}
    frame = pd.DataFrame(columns).astype(dict.fromkeys(CHANNELS, float))
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], utc=True).dt.tz_convert(zone)
    wall = on_the_wall(frame["timestamp"], zone)
    reason = np.full(len(frame), "", dtype=object)
    for wrong, why in (
        (frame["timestamp"].duplicated(), TWICE),
        (frame[list(CHANNELS)].isna().all(axis=1), NOTHING),
        (frame["timestamp"] + pd.Timedelta(hours=1) > pd.Timestamp(now) + AHEAD, FUTURE),
        (wall != wall.floor("h"), NOT_WHOLE),
    ):
        reason[np.asarray(wrong)] = why
    good = frame[reason == ""].sort_values("timestamp", ignore_index=True)
    good.insert(0, "client_id", client_id)
    rejected = [
        Rejected(at, {name: _written(value) for name, value in sent[at].items()}, str(reason[at]))
        for at in np.flatnonzero(reason != "").tolist()
    ]
    return frames.check("readings", good), rejected


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
