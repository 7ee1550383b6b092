"""The median of the last values of a growing list, kept up to date at the price of one insertion."""

from bisect import bisect_left, insort
from collections.abc import Iterable

import numpy as np


def median_of(values: Iterable[float]) -> float:
    """The median of a few numbers, far faster than numpy's; NaN of none.

    >>> median_of([3.0, 1.0, 2.0, 10.0]), median_of([])
    (2.5, nan)
    """
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return float("nan")
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


class RunningMedian:
    """Values in the order they came, and the median of the last `size` of them.

    >>> recent = RunningMedian(3, [1.0, 2.0, 10.0])
    >>> recent.add(4.0)
    >>> recent.median
    4.0
    """

    def __init__(self, size: int, values: Iterable[float] = ()) -> None:
        self._size = size
        self._values = list(values)
        self._sorted = sorted(self._values[-size:])

    def __len__(self) -> int:
        """How many values there are in all."""
        return len(self._values)

    @property
    def median(self) -> float:
        """As `numpy.median`; of nothing it is zero."""
        middle = len(self._sorted) // 2
        if len(self._sorted) % 2:
            return self._sorted[middle]
        return (self._sorted[middle - 1] + self._sorted[middle]) / 2 if self._sorted else 0.0

    @property
    def size(self) -> int:
        """How many values the median is of."""
        return self._size

    def add(self, value: float) -> None:
        """Append a value; the oldest of the last `size` leaves the median."""
        self._values.append(value)
        insort(self._sorted, value)
        if len(self._values) > self._size:
            del self._sorted[bisect_left(self._sorted, self._values[-self._size - 1])]

    def drop(self, count: int) -> None:
        """Forget the last `count` values, as if they had never come."""
        del self._values[max(len(self._values) - count, 0) :]
        self._sorted = sorted(self._values[-self._size :])


class RunningShorth(RunningMedian):
    """The same with the shortest half of the last values: where most of them lie, however far the rest is.

    The middle of the shortest half and its length stay right while up to half of the values are from elsewhere, on
    one side too, where median and MAD drift (least median of squares, Rousseeuw 1984).

    >>> core = RunningShorth(9, [1.0, 1.1, 0.9, 1.0, 1.05, 5.0, 6.0, 7.0])
    >>> core.middle, round(core.spread, 3)
    (1.0, 0.1)
    """

    def add(self, value: float) -> None:
        """Append a value; the oldest of the last `size` leaves."""
        super().add(value)
        self._known = None

    def drop(self, count: int) -> None:
        """Forget the last `count` values, as if they had never come."""
        super().drop(count)
        self._known = None

    @property
    def middle(self) -> float:
        """Median of the shortest half; of nothing it is zero."""
        low, high = self._half()
        if high < low:
            return 0.0
        return (self._sorted[(low + high) // 2] + self._sorted[(low + high + 1) // 2]) / 2

    @property
    def spread(self) -> float:
        """Half its length: for normal values their median absolute deviation."""
        low, high = self._half()
        return (self._sorted[high] - self._sorted[low]) / 2 if high > low else 0.0

    _known: tuple[int, int] | None = None

    def _half(self) -> tuple[int, int]:
        if self._known is None:
            self._known = self._shortest_half()
        return self._known

    def _shortest_half(self) -> tuple[int, int]:
        count = len(self._sorted)
        if not count:
            return 0, -1
        more = count // 2
        values = np.asarray(self._sorted)
        widths = values[more:] - values[: count - more]
        low = int(np.argmin(widths))
        return low, low + more
