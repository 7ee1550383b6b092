"""Frames as people have them, as table `readings`."""

import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_integer_dtype

from vigia import frames
from vigia.config import given_params
from vigia.errors import FrameError
from vigia.ingest.values.times import placed

ONE_CLIENT = "1"
"""What the client of a frame without the column `client_id` is called."""


def readings_of(frame: pd.DataFrame | pd.Series, zone: str | None = None) -> pd.DataFrame:
    """Table `readings` of a frame that has its columns, with times as column or index.

    Args:
        frame: columns `timestamp`, `active_energy_kwh` (kWh an hour) and, where there are, `client_id`,
            `reactive_energy_kvarh`, `voltage_fa_v`, `voltage_fc_v`. Times may be the index instead, as may clients. A
            series is the active energy of one client. Without `client_id` all rows are of the client "1".
        zone: local zone. Times without an offset are read as its local times, of a repeated hour the first row as the
            one before the change; others are converted. None = as they are.

    Raises:
        FrameError: there is no row, the table breaks its contract, times have neither offset nor `zone`, or a local
            time does not exist in it.
        ConfigError: there is no such zone.

    >>> index = pd.date_range("2024-03-05", periods=2, freq="h")
    >>> readings_of(pd.Series([1.5, 2.0], index), zone="America/Lima").iloc[:, :3]
      client_id                 timestamp  active_energy_kwh
    0         1 2024-03-05 00:00:00-05:00                1.5
    1         1 2024-03-05 01:00:00-05:00                2.0
    """
    table = _with_columns(frame)
    if table.empty:
        raise FrameError("readings: there is no row")
    if "client_id" not in table:
        table.insert(0, "client_id", ONE_CLIENT)
    elif is_integer_dtype(table["client_id"]):
        table["client_id"] = table["client_id"].astype("str")
    if zone is not None and "timestamp" in table:
        table["timestamp"] = _local(table, zone)
    return frames.check("readings", table)


def _with_columns(frame: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """The frame with times and clients as columns, whatever the index was called."""
    if isinstance(frame, pd.Series):
        frame = frame.to_frame("active_energy_kwh")
    index = frame.index
    levels = [index.get_level_values(number) for number in range(index.nlevels)]
    names = ["timestamp" if isinstance(each, pd.DatetimeIndex) else each.name for each in levels]
    wanted = {"timestamp", "client_id"} - set(frame.columns)
    rows = pd.RangeIndex(len(frame))
    taken = {str(name): each.to_series(index=rows) for name, each in zip(names, levels, strict=True) if name in wanted}
    return frame.reset_index(drop=True).assign(**taken)


def _local(table: pd.DataFrame, zone: str) -> pd.Series:
    """Times in a zone that there is."""
    given_params("zone", fleet={"timezone": zone})
    times = table["timestamp"]
    if isinstance(times.dtype, pd.DatetimeTZDtype):
        return pd.Series(times.dt.tz_convert(zone))
    if not is_datetime64_any_dtype(times):
        raise FrameError(f"readings.timestamp: expected times, found {times.dtype}; pandas.to_datetime makes them")
    found = placed(times.astype("datetime64[us]"), table["client_id"], zone)
    if found.isna().any():
        first = times[found.isna()].iloc[0]
        raise FrameError(
            f"readings.timestamp: {int(found.isna().sum())} local times do not exist in {zone}, or stand there twice, "
            f"as {first}; give times with their offset"
        )
    return found
