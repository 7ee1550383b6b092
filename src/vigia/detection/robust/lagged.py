"""How far a median strays by itself, by what the present movement cannot have had a part in."""

from collections import deque

from vigia.detection.robust.running import RunningMedian

LARGEST_SHARE = 2 / 3


class LaggedMedian:
    """The median of past values, the newest left out.

    A level that sinks slowly moves the medians that are watched day by day. If these were at once taken for the
    client's own noise, the limit would grow as fast as what it should show. So the last `newest` values wait, and of a
    short history two thirds.

    >>> sizes = LaggedMedian(size=100, newest=3)
    >>> for size in (1.0, 1.0, 1.0, 1.0, 9.0, 9.0, 9.0):
    ...     sizes.add(size)
    >>> sizes.median
    1.0
    """

    def __init__(self, size: int, newest: int) -> None:
        self._settled = RunningMedian(size)
        self._waiting: deque[float] = deque()
        self._newest = newest

    def add(self, value: float) -> None:
        """Append a value."""
        self._waiting.append(value)
        known = len(self._settled) + len(self._waiting)
        while len(self._waiting) > min(self._newest, LARGEST_SHARE * known):
            self._settled.add(self._waiting.popleft())

    def drop(self, count: int) -> None:
        """Forget the last `count` values, as far as they still wait."""
        for _ in range(min(count, len(self._waiting))):
            self._waiting.pop()

    @property
    def median(self) -> float:
        """Of the last `size` of those that are old enough; of none it is zero."""
        return self._settled.median
