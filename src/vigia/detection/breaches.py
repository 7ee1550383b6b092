"""Days outside their band, grouped: what level rules cannot see because it is small or seasonal."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.config.detection import DetectParams
from vigia.detection.components import Component, Series, runs
from vigia.detection.levels import UNTIL_NEVER

FALLBACK_LEVEL = 0.95


def breaches(series: Series, bands: pd.DataFrame, mode: str, params: DetectParams) -> list[Component]:
    """Runs of at least `breach_days` whole days on one side of the daily band.

    Args:
        series: the client's channels.
        bands: its rows of table `bands`.
        mode: whose bands are read.
        params: which level, how many days.
    """
    if "active" not in series.values or bands.empty:
        return []
    lower, upper = daily_band(series, bands, mode, params.breach_level)
    actual = 24 * series.daily("active", min_hours=24)
    size = np.maximum((upper - lower)[: len(actual)], 1e-9)
    found = []
    for sign, outside in ((1, actual - upper[: len(actual)]), (-1, lower[: len(actual)] - actual)):
        with np.errstate(invalid="ignore"):
            beyond = outside > 0
        for start, stop in runs(beyond):
            if stop - start >= params.breach_days:
                alert = 24 * (int(start) + params.breach_days)
                recovery = 24 * (int(stop) + 1)
                score = 1.0 + float(np.nanmedian(outside[start:stop] / size[start:stop]))
                recovery = recovery if recovery <= series.hours else UNTIL_NEVER
                stop_hour = min(24 * int(stop), series.hours)
                found.append(
                    Component("active", "band_breach", 24 * int(start), stop_hour, alert, recovery, sign, score)
                )
    return found


def daily_band(
    series: Series, bands: pd.DataFrame, mode: str, level: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(days,) lower and upper of daily totals; the 95 % band where the asked one is not known."""
    days = -(-series.hours // 24)
    wanted = (bands["resolution"] == "day") & (bands["mode"] == mode)
    mine = bands.loc[wanted, ["timestamp", "level", "lower_kwh", "upper_kwh"]]
    local = mine["timestamp"].dt.tz_convert(series.zone).dt.tz_localize(None).dt.normalize()
    position = ((local - series.first) // pd.Timedelta(days=1)).to_numpy()
    levels = mine["level"].to_numpy()
    lower, upper = np.full(days, np.nan), np.full(days, np.nan)
    for side, values in ((mine["lower_kwh"].to_numpy(), lower), (mine["upper_kwh"].to_numpy(), upper)):
        for each in (FALLBACK_LEVEL, level):
            known = np.isclose(levels, each) & (position >= 0) & (position < days) & ~np.isnan(side)
            values[position[known]] = side[known]
    return lower, upper
