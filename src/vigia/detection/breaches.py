"""Days outside their band, grouped: what level rules cannot see because it is small or seasonal."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.config.sections.detect import DetectParams
from vigia.detection.closures import BEFORE_DAYS, Closures
from vigia.detection.components import Component, Series, Values, runs
from vigia.detection.levels import UNTIL_NEVER

FALLBACK_LEVEL = 0.95


def breaches(series: Series, bands: pd.DataFrame, mode: str, params: DetectParams) -> list[Component]:
    """Runs of at least `breach_days` whole days on one side of the daily band.

    Days on which the plant rests for a public holiday are no such days.

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
    with np.errstate(invalid="ignore", divide="ignore"):
        levels = np.log(series.daily("active"))
    size = np.maximum((upper - lower)[: len(actual)], 1e-9)
    found = []
    for sign, outside in ((1, actual - upper[: len(actual)]), (-1, lower[: len(actual)] - actual)):
        with np.errstate(invalid="ignore"):
            beyond = outside > 0
        for start, stop in runs(beyond).tolist():
            days = _telling(series, levels, start, stop) if sign < 0 else range(start, stop)
            if len(days) >= params.breach_days:
                alert = 24 * (days[params.breach_days - 1] + 1)
                recovery = 24 * (stop + 1)
                score = 1.0 + float(np.nanmedian(outside[start:stop] / size[start:stop]))
                recovery = recovery if recovery <= series.hours else UNTIL_NEVER
                stop_hour = min(24 * stop, series.hours)
                found.append(Component("active", "band_breach", 24 * days[0], stop_hour, alert, recovery, sign, score))
    return found


def _telling(series: Series, levels: Values, start: int, stop: int) -> Sequence[int]:
    """Days of a run below the band that are neither a public holiday nor the closure that goes on behind one."""
    if series.holiday is None:
        return range(start, stop)
    closures = Closures(series, "active", levels)
    before = levels[max(start - BEFORE_DAYS, 0) : start]
    usual = float(np.median(before[np.isfinite(before)])) if np.isfinite(before).any() else np.nan
    return [day for day in range(start, stop) if not (series.holiday[day] or closures.goes_on(day, usual))]


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
