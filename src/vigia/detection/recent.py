"""The median of the last values of a growing list, kept up to date at the price of one insertion."""

from bisect import bisect_left, insort
from collections.abc import Iterable


class RecentMedian:
    """Values in the order they came, and the median of the last `size` of them.

    >>> recent = RecentMedian(3, [1.0, 2.0, 10.0])
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
    def last(self) -> float:
        """The value that came last."""
        return self._values[-1]

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
