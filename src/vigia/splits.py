"""Which days a client's models are tuned, calibrated and tested on.

Days are counted from the client's first whole day. The last share of days is the *test slice*: reported, never
chosen on. Before it, blocks of `block_days` alternate: even blocks give validation days, odd ones calibration days.
Forecasts are also scored on two *earlier windows* of the same length before the test slice (`windows`).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

WINDOWS = ("test", "earlier_1", "earlier_2")


@dataclass(frozen=True)
class Slices:
    """Indices of days (0 = the client's first day), each sorted."""

    validation: np.ndarray
    calibration: np.ndarray
    test: np.ndarray

    @property
    def test_start(self) -> int:
        """First day of the test slice."""
        return int(self.test[0]) if len(self.test) else len(self.validation) + len(self.calibration)


def cut(days: int, test_share: float, block_days: int) -> Slices:
    """Cut a history of `days` days.

    >>> slices = cut(140, test_share=0.2, block_days=28)
    >>> slices.test_start, int(slices.calibration[0]), int(slices.validation[-1])
    (112, 28, 83)
    """
    first_test = days - round(days * test_share)
    before = np.arange(first_test)
    even = (before // block_days) % 2 == 0
    return Slices(before[even], before[~even], np.arange(first_test, days))


def windows(days: int, test_share: float) -> dict[str, np.ndarray]:
    """Days of the windows on which forecasts are scored, the latest first, each as long as the test slice.

    `test` is the test slice; with a share of 0.2, `earlier_1` is what lies between 60 and 80 % of the days, and
    `earlier_2` between 40 and 60 %. Every forecast in them was made by a model fitted to the days before it. But
    hyper-parameters, the members of a combination and the family are chosen on the even blocks before the test slice,
    some of which lie in the earlier windows: these say whether an order of models holds over time, and only the test
    slice is untouched.

    >>> {name: (int(part[0]), int(part[-1])) for name, part in windows(100, test_share=0.2).items()}
    {'test': (80, 99), 'earlier_1': (60, 79), 'earlier_2': (40, 59)}
    """
    length = round(days * test_share)
    stops = {name: max(days - ago * length, 0) for ago, name in enumerate(WINDOWS)}
    return {name: np.arange(max(stop - length, 0), stop) for name, stop in stops.items()}


def first_scored(days: int, test_share: float) -> int:
    """First day of the earliest window.

    >>> first_scored(100, test_share=0.2), first_scored(1, test_share=0.2)
    (40, 1)
    """
    return max(days - len(WINDOWS) * round(days * test_share), 0)


def refit_days(days: int, every: int, first: int) -> np.ndarray:
    """Days on whose midnight a past-only model is fitted: `first`, then each `every` days, whatever the length.

    >>> refit_days(100, every=28, first=28).tolist()
    [28, 56, 84]
    """
    return np.arange(first, days, every)


def blocked_folds(days: int, folds: int, gap_days: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Contiguous `(train, predict)` day indices for two-sided prediction, `gap_days` left out on both sides.

    >>> train, predict = blocked_folds(50, folds=5, gap_days=7)[1]
    >>> predict[[0, -1]].tolist(), train[[0, 1, 2, 3, -1]].tolist()
    ([10, 19], [0, 1, 2, 27, 49])
    """
    cuts = np.linspace(0, days, folds + 1).round().astype(int)
    every = np.arange(days)
    pairs = []
    for start, stop in pairwise(cuts):
        train = every[(every < start - gap_days) | (every >= stop + gap_days)]
        pairs.append((train, every[start:stop]))
    return pairs
