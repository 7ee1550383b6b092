"""What a weekday is by itself: clients that rest on the same days of the week do not fall below their level then."""

from collections import deque
from collections.abc import Iterable
from math import copysign

from vigia.detection.robust.running import median_of

DAYS = 7
RECENT_WEEKS = 8
FEWEST_WEEKS = 4
MAD_TO_SIGMA = 1.4826
MEDIAN_EFFICIENCY = 1.2533


class WeekdayEffects:
    """How far each weekday lies from the usual level: the median of the last eight of them on quiet days.

    An effect is drawn towards zero by its standard error, so that clients without a weekly rhythm get no noise for it.

    >>> effects = WeekdayEffects()
    >>> for week in range(4):
    ...     effects.add(7 * week + 1, -0.5)
    >>> effects.of(8), effects.of(9)
    (-0.5, 0.0)
    """

    def __init__(self) -> None:
        self._seen: list[deque[float]] = [deque(maxlen=RECENT_WEEKS) for _ in range(DAYS)]
        self._effects = [0.0] * DAYS

    def of(self, day: int) -> float:
        """Effect of the weekday of a day; zero until four of them are known."""
        return self._effects[day % DAYS]

    def learn_again(self, days: Iterable[tuple[int, float]]) -> None:
        """Forget what was, and take in these days and distances: the week has another rhythm."""
        for seen in self._seen:
            seen.clear()
        for day, deviation in days:
            self.add(day, deviation)

    def add(self, day: int, deviation: float) -> None:
        """Take in a quiet day's distance from the usual level."""
        seen = self._seen[day % DAYS]
        seen.append(deviation)
        if len(seen) >= FEWEST_WEEKS:
            median = median_of(seen)
            spread = median_of(abs(each - median) for each in seen)
            error = MEDIAN_EFFICIENCY * MAD_TO_SIGMA * spread / len(seen) ** 0.5
            self._effects[day % DAYS] = copysign(max(abs(median) - error, 0.0), median)
