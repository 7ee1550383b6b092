"""What the hours of a client's day are expected to be, in what they differ among themselves, and how surely.

Energy is divided out: a day is its 24 hours less their mean, over their standard deviation, so that no day counts more
than another and neither level nor a single high hour says anything. What is expected of them is the usual profile, the
weekday's own, and the hours of the same day's reactive energy, each as far as it has foretold the days before: a least
squares fit, drawn towards zero, to what was expected of days that were not known yet.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vigia.detection.sizes import Values

Flags = npt.NDArray[np.bool_]
HOURS = 24
FEWEST_DAYS = 7
WEEKDAY_DAYS = 10
RIDGE = float(HOURS)
"""One day that agrees with nothing: what is known of few days is drawn towards zero."""
EVEN = 1e-3
"""A day whose hours differ by less, over their mean, has no order."""


def standardised(values: Values) -> Values:
    """(days, 24) hours of each whole day, of mean zero and variance one; NaN of days with holes, zero of even ones.

    >>> standardised(np.r_[np.zeros(12), np.full(12, 2.0), np.ones(24)]).sum(axis=1).tolist()
    [0.0, 0.0]
    """
    days = values[: len(values) // HOURS * HOURS].reshape(-1, HOURS)
    mean = days.mean(axis=1, keepdims=True)
    spread = days.std(axis=1, keepdims=True)
    told = spread > EVEN * np.abs(mean)
    scaled = np.where(told, (days - mean) / np.where(told, spread, 1.0), 0.0)
    return np.where(np.isfinite(mean), scaled, np.nan)


@dataclass(frozen=True)
class Expected:
    """(24,) standardised hours that are expected of a day.

    Attributes:
        past: from the days before alone.
        own: the part of them in what all witnesses let expect.
        beside: the part of reactive energy in that.
    """

    past: Values
    own: Values
    beside: Values

    @property
    def known(self) -> Values:
        """What all witnesses let expect."""
        return self.own + self.beside


class HourProfile:
    """Grows by one usual day at a time.

    Attributes:
        days: standardised days that the profile is made of.
    """

    def __init__(self, reference_days: int) -> None:
        self._size = reference_days
        self._rows: deque[Values] = deque()
        self._weekdays: tuple[deque[Values], ...] = tuple(deque(maxlen=WEEKDAY_DAYS) for _ in range(7))
        self._sum = np.zeros(HOURS)
        self._fits: deque[tuple[Values, Values]] = deque()
        self._products, self._targets = np.zeros((3, 3)), np.zeros(3)

    def witnesses(self, day: int, reactive: Values | None) -> Values | None:
        """(3, 24) what speaks of the hours of a day: profile, its weekday's own, reactive energy; None if too early."""
        if len(self._rows) < FEWEST_DAYS:
            return None
        profile = self._sum / len(self._rows)
        same = self._weekdays[day % 7]
        own = (sum(same, np.zeros(HOURS)) - len(same) * profile) / (len(same) + 2)
        return np.stack([profile, own, np.zeros(HOURS) if reactive is None else reactive])

    def expected(self, witnesses: Values) -> Expected | None:
        """What is expected of a day; None if too early."""
        if len(self._fits) < FEWEST_DAYS:
            return None
        products = self._products + RIDGE * np.eye(3)
        past = np.linalg.solve(products[:2, :2], self._targets[:2]) @ witnesses[:2]
        if not witnesses[2].any():
            return Expected(past, past, np.zeros(HOURS))
        weights = np.linalg.solve(products, self._targets)
        return Expected(past, weights[:2] @ witnesses[:2], weights[2] * witnesses[2])

    def learn(self, day: int, hours: Values, witnesses: Values | None) -> None:
        """Take in a usual day, and how well it had been foretold."""
        self._rows.append(hours)
        self._sum = self._sum + hours
        if len(self._rows) > self._size:
            self._sum = self._sum - self._rows.popleft()
        self._weekdays[day % 7].append(hours)
        if witnesses is not None:
            self._count(witnesses @ witnesses.T, witnesses @ hours)

    def move(self, hours: int) -> None:
        """The clock runs so many hours late from now on."""
        self._rows = deque(np.roll(row, hours) for row in self._rows)
        self._sum = np.roll(self._sum, hours)
        for days in self._weekdays:
            moved = [np.roll(row, hours) for row in days]
            days.clear()
            days.extend(moved)

    def _count(self, products: Values, targets: Values) -> None:
        self._fits.append((products, targets))
        self._products, self._targets = self._products + products, self._targets + targets
        if len(self._fits) > self._size:
            products, targets = self._fits.popleft()
            self._products, self._targets = self._products - products, self._targets - targets


class Moments:
    """Mean and standard deviation of the last values of several statistics."""

    def __init__(self, size: int, least_spread: float) -> None:
        self._size, self._least = size, least_spread
        self._rows: deque[Values] = deque()
        self._sum: Values = np.zeros(1)
        self._squares: Values = np.zeros(1)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, values: Values) -> None:
        """Take in one value of each."""
        self._rows.append(values)
        self._sum, self._squares = self._sum + values, self._squares + values**2
        if len(self._rows) > self._size:
            oldest = self._rows.popleft()
            self._sum, self._squares = self._sum - oldest, self._squares - oldest**2

    def surely(self) -> tuple[Values, Values]:
        """Means, less their standard errors and not below zero, and standard deviations."""
        mean = self._sum / len(self._rows)
        spread = np.sqrt(np.maximum(self._squares / len(self._rows) - mean**2, self._least**2))
        return np.maximum(mean - spread / np.sqrt(len(self._rows)), 0.0), spread
