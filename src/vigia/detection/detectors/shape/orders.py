"""Other orders of a day's hours: read backwards, or as by a clock that is off; and how a day agrees with each."""

from dataclasses import dataclass

import numpy as np

from vigia.detection.detectors.shape.hour_profile import HOURS, Expected
from vigia.detection.series import Values

LAGS = tuple(lag for lag in range(-11, 13) if abs(lag) > 1)
"""An hour earlier or later is what seasons and shifts of work do."""
ORDERS = np.stack([np.arange(HOURS)[::-1], *(np.roll(np.arange(HOURS), lag) for lag in LAGS)])
"""(orders, 24) which expected hour is read at which: the day mirrored, then by lag."""
MIRRORED = 0
AHEAD = 2.0
"""By how much, in all, a clock must restore the days better than reading them backwards does."""
WEEK_DAYS = 7


@dataclass(frozen=True)
class Day:
    """One day as it was judged: its hours, what was known of them, and how they agreed."""

    day: int
    hours: Values
    witnesses: Values | None
    agreed: Values | None
    expected: Expected | None


def agreement(hours: Values, expected: Expected) -> Values:
    """(orders,) how much better a day agrees with the expected order than with each other one."""
    apart = expected.past - expected.past[ORDERS]
    apart[MIRRORED] = expected.known - expected.known[::-1]
    size = np.sqrt((apart**2).sum(axis=1))
    return np.where(size > 1e-9, apart @ hours / np.maximum(size, 1e-9), 0.0)


def is_mirrored(agreed: Values) -> bool:
    """Whether reading days backwards restores them as well as any clock does: (days, orders), mirrored first.

    A clock that is off shows within days, and then leaves no doubt. Where weeks were needed, the client's hours say
    little, and reading backwards must do better by more than a standard error.
    """
    ahead = agreed[:, :1] - agreed[:, 1:]
    count = len(ahead)
    least = -AHEAD if count <= WEEK_DAYS else np.sqrt(count) * ahead.std(axis=0)
    return bool((ahead.sum(axis=0) >= least).all())


def restored(day: Day) -> Values:
    """(orders + 2,) how a day agrees with each order of what was expected, with that itself, and with the past alone.

    Reactive energy moves with the clock, and is not mirrored.
    """
    if day.expected is None:
        return np.zeros(len(ORDERS) + 2)
    own, beside, past = day.expected.own, day.expected.beside, day.expected.past
    orders = np.vstack([own[ORDERS] + beside, own + beside, past])
    orders[MIRRORED] = (own + beside)[::-1]
    return np.asarray(orders @ day.hours / np.maximum(np.sqrt((orders**2).sum(axis=1)), 1e-9))
