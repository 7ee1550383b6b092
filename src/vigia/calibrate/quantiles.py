"""Quantiles with the finite-sample correction of split-conformal prediction (Vovk et al. 2005)."""

import numpy as np

from vigia.models.history import Matrix


def conformal_offsets(residuals: Matrix, level: float) -> tuple[float, float]:
    """Lower and upper residual that leave at most (1 - level) / 2 outside on each side; NaN where too few are known.

    >>> lower, upper = conformal_offsets(np.arange(-50.0, 51.0), 0.9)
    >>> lower, upper
    (-46.0, 46.0)
    """
    tail = np.array([[(1 - level) / 2]])
    lower, upper = quantiles(np.sort(residuals)[None, :], tail, tail)
    if len(residuals) < fewest(tail)[0, 0]:
        return float("nan"), float("nan")
    return float(lower[0, 0]), float(upper[0, 0])


def fewest(tails: Matrix) -> Matrix:
    """How many values a quantile needs that leaves the share `tails` outside: 39 for a band of 0.95."""
    needed: Matrix = np.ceil(1 / tails - 1 - 1e-9)
    return needed


def quantiles(ordered: Matrix, below: Matrix, above: Matrix) -> tuple[Matrix, Matrix]:
    """Conformal quantiles of each row of `ordered` (rows, n) that leave `below` and `above` (rows, tails) outside.

    The outermost value is given where the share is too small for n values.
    """
    n = ordered.shape[1]
    rows = np.arange(len(ordered))[:, None]
    low, high = (np.minimum(np.maximum(((n + 1) * tail + 1e-9).astype(int), 1), n) for tail in (below, above))
    return ordered[rows, low - 1], ordered[rows, n - high]
