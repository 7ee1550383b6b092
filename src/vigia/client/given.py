"""What people hand over, as it is sent: times and readings."""

import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from vigia.client.call import Json
from vigia.errors import FrameError

if TYPE_CHECKING:
    from pandas import DataFrame

Time = datetime | str
"""With an offset; a text is ISO 8601."""
Readings: TypeAlias = "DataFrame | Iterable[Mapping[str, Any]]"
CHANNELS = ("active_energy_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v")
MOST_READINGS = 20_000
"""Hours that the service takes at once."""


def time(when: Time) -> str:
    """A time as it is sent.

    Raises:
        FrameError: it has no offset, so nobody knows when it is.

    >>> time("2024-05-01T00:00:00-05:00")
    '2024-05-01T00:00:00-05:00'
    """
    if isinstance(when, datetime) and when.utcoffset() is None:
        raise FrameError(f"the time {when} has no offset; say which zone it is in")
    return when.isoformat() if isinstance(when, datetime) else when


def maybe_time(when: Time | None) -> str | None:
    """A time as it is sent, where there is one."""
    return None if when is None else time(when)


def given(**values: Any) -> Json:
    """Those fields of a body that were said."""
    return {name: value for name, value in values.items() if value is not None}


def rows_of(readings: "DataFrame | Iterable[Mapping[str, Any]]", client_id: str) -> Iterator[Json]:
    """Readings as they are sent, one after the other.

    Args:
        readings: a frame, or any rows with `timestamp` and channels. The times of a frame may be its index. A value
            that is missing or not a number is sent as null. A column `client_id` must say the same client everywhere.
        client_id: whose readings they are.

    Raises:
        FrameError: there is no time or no active energy, a time has no offset, a column is not known, or a row belongs
            to another client.
    """
    known = {"timestamp", "client_id", *CHANNELS}
    for row in _rows(readings):
        strange = [name for name in row if name not in known]
        lacking = [name for name in ("timestamp", CHANNELS[0]) if name not in row]
        if strange or lacking:
            wrong = f"{strange[0]} is no channel" if strange else f"{lacking[0]} is missing"
            raise FrameError(f"readings: {wrong}; they have timestamp and {', '.join(CHANNELS)}")
        if row.get("client_id", client_id) != client_id:
            raise FrameError(f"readings: a row is of client {row['client_id']}, not of {client_id}")
        if not isinstance(row["timestamp"], datetime | str):
            raise FrameError(f"readings: {row['timestamp']!r} is no time")
        yield {"timestamp": time(row["timestamp"]), **{name: _number(row[name]) for name in CHANNELS if name in row}}


def pieces(rows: Iterator[Json], most: int = MOST_READINGS) -> Iterator[list[Json]]:
    """Rows in pieces that the service takes; one empty piece where there are none.

    >>> [len(piece) for piece in pieces(iter([{}] * 5), 2)]
    [2, 2, 1]
    """
    piece = list(islice(rows, most))
    while True:
        yield piece
        piece = list(islice(rows, most))
        if not piece:
            return


def _rows(readings: "DataFrame | Iterable[Mapping[str, Any]]") -> Iterable[Mapping[str, Any]]:
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(readings, pandas.DataFrame):
        return readings  # type: ignore[return-value] # it is no frame
    frame = readings if "timestamp" in readings else readings.rename_axis("timestamp").reset_index()
    found: list[Json] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return found


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
