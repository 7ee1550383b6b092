"""Paired comparison of two models over clients."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

DRAWS = 2000
SEED = 7


@dataclass(frozen=True)
class Paired:
    """Mean over clients of (error - error of the other), below 0 where the first is better.

    Attributes:
        clients: with an error of both.
        difference: the mean.
        low: lower end of its 95 % interval, clients resampled.
        high: upper end.
        better: clients with a smaller error.
        worse: clients with a larger error.
    """

    clients: int
    difference: float
    low: float
    high: float
    better: int
    worse: int


def paired(errors: Values, others: Values, draws: int = DRAWS, seed: int = SEED) -> Paired:
    """Compare errors of the same clients; clients that lack one are left out.

    >>> found = paired(np.array([0.1, 0.2]), np.array([0.2, 0.3]))
    >>> round(found.difference, 3), round(found.high, 3), found.better
    (-0.1, -0.1, 2)
    """
    change = np.asarray(errors, dtype=float) - np.asarray(others, dtype=float)
    change = change[np.isfinite(change)]
    if not len(change):
        return Paired(0, float("nan"), float("nan"), float("nan"), 0, 0)
    drawn = np.random.default_rng(seed).integers(len(change), size=(draws, len(change)))
    low, high = np.percentile(change[drawn].mean(axis=1), [2.5, 97.5])
    return Paired(
        len(change),
        float(change.mean()),
        float(low),
        float(high),
        int((change < 0).sum()),
        int((change > 0).sum()),
    )
