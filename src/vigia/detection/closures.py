"""Days off that a public holiday began: they say no more of a client's level than the holiday itself."""

import numpy as np

from vigia.detection.checkpoints import ByDay
from vigia.detection.series import Series, Values

LONGEST_DAYS = 3
"""Days after the holiday for which a closure goes on without being news: a bridge and its weekend."""
LOWER = float(np.log(1.3))
BEFORE_DAYS = 28


class Closures:
    """Which days continue the closure of a public holiday.

    A plant that rests lets all its energies fall together; active energy that falls alone is no closure.
    """

    def __init__(self, series: Series, channel: str, levels: Values) -> None:
        self._levels = levels
        self._holiday = series.holiday if channel in ("active", "reactive") else None
        others = [name for name in ("active", "reactive") if name in series.values and name != channel]
        self._others = [series.daily(name) for name in others]

    @property
    def reads(self) -> ByDay:
        """All that is read beside the levels, each with one value a day."""
        return [] if self._holiday is None else [(self._holiday, 1), *((each, 1) for each in self._others)]

    def goes_on(self, day: int, reference: float) -> bool:
        """Whether each day since a holiday, at most three days ago, lies clearly below the usual level.

        Args:
            day: today.
            reference: the usual level of the channel.
        """
        if self._holiday is None or self._levels[day] - reference > -LOWER:
            return False
        before = np.flatnonzero(self._holiday[max(day - LONGEST_DAYS, 0) : day])
        if not len(before):
            return False
        since = max(day - LONGEST_DAYS, 0) + int(before[-1])
        low = self._levels[since + 1 : day + 1] - reference < -LOWER
        return bool(low.all()) and all(self._fell(daily, since, day) for daily in self._others)

    def _fell(self, daily: Values, since: int, day: int) -> bool:
        usual = daily[max(since - BEFORE_DAYS, 0) : since]
        usual = usual[np.isfinite(usual)]
        return len(usual) > 0 and bool(daily[day] < float(np.median(usual)) * np.exp(-LOWER))
