"""Readings as they come to a registered model: from anywhere, in any of the usual forms of a time."""

from datetime import datetime

import numpy as np
import pandas as pd

from vigia.calendars.clock import DAY, Clock, on_the_wall
from vigia.errors import FrameError

REQUIRED = ("timestamp", "active_energy_kwh")
OPTIONAL = ("reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v")
OFFSET = r"[T ]\d{2}.*(?:Z|[+-]\d{2}(?::?\d{2})?)$"
"""How an ISO 8601 text ends that says which instant it means."""
_HOUR = pd.Timedelta(hours=1)


def taken(table: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Readings in order, as forecasters take them.

    Args:
        table: an hour a row, in any order: `timestamp`, the start of a whole local hour, as a datetime or as ISO 8601
            text, each with an offset, or without one as clocks in the zone show it (an hour that they show twice is
            the first one where it comes first); `active_energy_kwh`, and perhaps the other channels. A missing value
            is a reading that is missing.
        zone: of the fleet.

    Raises:
        FrameError: a column is missing or not of numbers, a time is none, no whole hour or there twice, or nothing was
            read at all.
    """
    missing = [name for name in REQUIRED if name not in table.columns]
    if missing:
        raise FrameError(f"readings: no column {', '.join(missing)}; there are {', '.join(map(str, table.columns))}")
    columns = {name: _numbers(table[name], name) for name in (*REQUIRED[1:], *OPTIONAL) if name in table.columns}
    if not columns["active_energy_kwh"].notna().any():
        raise FrameError("readings: no value in active_energy_kwh")
    times = _instants(table["timestamp"].reset_index(drop=True), zone)
    wall = on_the_wall(times, zone)
    _refuse(wall != wall.floor("h"), table, "is no whole hour")
    _refuse(times.duplicated(), table, "is there more than once")
    frame = pd.DataFrame({"timestamp": times, **columns})
    return frame.sort_values("timestamp", ignore_index=True)


def _numbers(column: pd.Series, name: str) -> pd.Series:
    column = column.reset_index(drop=True)
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        wrong = column[~column.map(lambda value: _is_number(value) or pd.isna(value)).astype(bool)]
        if len(wrong):
            raise FrameError(f"readings: row {wrong.index[0]}: {name} {wrong.iloc[0]!r} is no number")
    values = pd.Series(column.to_numpy(dtype=float, na_value=np.nan))
    if np.isinf(values).any():
        raise FrameError(f"readings: {name} has infinite values")
    return values


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _instants(column: pd.Series, zone: str) -> pd.Series:
    """(n,) times in the zone."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        times, local = column, pd.Series(pd.NaT, column.index, dtype="datetime64[us]")
    elif pd.api.types.is_datetime64_dtype(column.dtype):
        times, local = pd.Series(pd.NaT, column.index, dtype="datetime64[us, UTC]"), column
    else:
        texts = column.map(lambda value: value.isoformat() if isinstance(value, datetime) else value)
        texts = texts.where(texts.map(lambda value: isinstance(value, str)).astype(bool))
        told = texts.astype("str").str.contains(OFFSET, regex=True, na=False)
        times = pd.to_datetime(texts.where(told), format="ISO8601", errors="coerce", utc=True)
        local = pd.to_datetime(texts.where(~told), format="ISO8601", errors="coerce")
    unknown = times.isna() & local.isna()
    _refuse(unknown, column.to_frame("timestamp"), "is no time")
    out = times.dt.tz_convert(zone).dt.as_unit("us")
    naive = local.notna()
    if naive.any():
        out = out.where(~naive, _on_the_clock(local[naive].dt.as_unit("us"), zone).reindex(out.index))
    return pd.Series(out)


def _on_the_clock(local: pd.Series, zone: str) -> pd.Series:
    """What clocks in the zone mean by times without an offset."""
    first = local.min().normalize()
    hour = (local - first) // _HOUR
    hours = Clock(first.date(), zone).hours(np.arange(int(hour.max()) // DAY + 1))
    shown = DAY * hours.row + hours.place
    found = np.searchsorted(shown, hour.to_numpy())
    there = (found < len(shown)) & (shown[np.minimum(found, len(shown) - 1)] == hour.to_numpy())
    _refuse(~there, local.to_frame("timestamp"), f"is a time that clocks in {zone} never show")
    again = local.groupby(local).cumcount().to_numpy()
    later = np.minimum(found + again, len(shown) - 1)
    found = np.where(shown[later] == hour.to_numpy(), later, found)
    return pd.Series(pd.Series(hours.times[found], local.index) + (local - local.dt.floor("h")))


def _refuse(wrong: "pd.Series | np.ndarray", table: pd.DataFrame, why: str) -> None:
    """Refuse the first time that is wrong, by the row in which it came."""
    if np.asarray(wrong).any():
        row = int(np.asarray(wrong).argmax())
        raise FrameError(f"readings: row {row}: timestamp {table['timestamp'].iloc[row]!s} {why}")
