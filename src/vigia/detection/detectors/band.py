"""Days outside their band, grouped: what level rules cannot see because it is small or seasonal."""

from collections.abc import Sequence

import numpy as np

from vigia.config.sections.screen import ScreenParams
from vigia.detection.closures import BEFORE_DAYS, Closures
from vigia.detection.finding import UNTIL_NEVER, Finding
from vigia.detection.series import Series, Values, runs


class BandBreaches:
    """Runs of whole days on one side of the daily band, where a model spoke.

    Days on which the plant rests for a public holiday are no such days. Past-only in all columns.
    """

    name = "band_breaches"
    kinds = ("band_breach",)

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """See `Detector`."""
        if "active" not in series.values or mode not in series.bands:
            return []
        band = series.bands[mode]
        lower, upper, needed = band.lower, band.upper, band.breach_days
        actual = 24 * series.daily("active", min_hours=24)
        with np.errstate(invalid="ignore", divide="ignore"):
            levels = np.log(series.daily("active"))
        size = np.maximum((upper - lower)[: len(actual)], 1e-9)
        new = []
        for sign, outside in ((1, actual - upper[: len(actual)]), (-1, lower[: len(actual)] - actual)):
            with np.errstate(invalid="ignore"):
                beyond = outside > 0
            for start, stop in runs(beyond).tolist():
                days = _telling(series, levels, start, stop) if sign < 0 else range(start, stop)
                if len(days) >= needed:
                    alert = 24 * (days[needed - 1] + 1)
                    recovery = 24 * (stop + 1)
                    score = 1.0 + float(np.nanmedian(outside[start:stop] / size[start:stop]))
                    recovery = recovery if recovery <= series.hours else UNTIL_NEVER
                    end = min(24 * stop, series.hours)
                    new.append(Finding("active", "band_breach", 24 * days[0], end, alert, recovery, sign, score))
        return new


def _telling(series: Series, levels: Values, start: int, stop: int) -> Sequence[int]:
    """Days of a run below the band that are neither a public holiday nor the closure that goes on behind one."""
    if series.holiday is None:
        return range(start, stop)
    closures = Closures(series, "active", levels)
    before = levels[max(start - BEFORE_DAYS, 0) : start]
    usual = float(np.median(before[np.isfinite(before)])) if np.isfinite(before).any() else np.nan
    return [day for day in range(start, stop) if not (series.holiday[day] or closures.goes_on(day, usual))]
