"""From which deviation on a level is away, as logarithms of ratios, by the client's own noise."""

from dataclasses import dataclass

import numpy as np

MAD_TO_SIGMA = 1.4826
MEDIAN_EFFICIENCY = 1.2533
"""Standard error of a median over that of a mean, of normal values."""
LARGEST_LIMIT: float = float(np.log(2.5))


@dataclass(frozen=True)
class Limit:
    """From which deviation on a running median is away, by the client's own noise.

    Attributes:
        smallest: logarithm of the ratio that is away for quiet clients.
        root_days: square root of the days of the median.
        factor: standard errors of such a median that are away for noisy clients.
    """

    smallest: float
    root_days: float
    factor: float

    @classmethod
    def of(cls, ratio: float, days: int, factor: float) -> "Limit":
        """The limit of a median of `days` days."""
        return cls(float(np.log(ratio)), float(np.sqrt(days)), factor)

    def at(self, spread: float) -> float:
        """The limit for a median absolute residual of daily levels.

        Residuals are those around the running level itself, so that a shift does not raise its own limit.
        """
        error = MEDIAN_EFFICIENCY * (MAD_TO_SIGMA * spread) / self.root_days
        return max(self.smallest, min(self.factor * error, LARGEST_LIMIT))
