"""Fewer rows of a long series for a screen, without losing what a person looks for."""

import numpy as np


def reduce_by_extremes(columns: list[np.ndarray], flags: np.ndarray, points: int) -> np.ndarray:
    """Rows to keep so that no peak, dip or flagged stretch disappears: in each bucket the extremes of each column.

    Buckets are made so that about `points` rows stay; with fewer rows than that all stay.

    >>> reduce_by_extremes([np.array([1.0, 2, 9, 2, 1, 1, 1, 1])], np.zeros(8, dtype=bool), 4).tolist()
    [0, 2, 7]
    """
    rows = len(flags)
    if rows <= points:
        return np.arange(rows)
    known = [column for column in columns if np.isfinite(column).any()]
    buckets = max(1, points // (2 * len(known) + 2))
    size = -(-rows // buckets)
    padded = size * -(-rows // size)
    kept = [np.arange(0, rows, size), np.array([rows - 1])]
    for column in [*known, flags.astype(float)]:
        for fill, pick in ((np.inf, np.argmin), (-np.inf, np.argmax)):
            filled = np.full(padded, fill)
            filled[:rows] = np.where(np.isfinite(column), column, fill)
            grid = filled.reshape(-1, size)
            found = pick(grid, axis=1) + np.arange(len(grid)) * size
            kept.append(found[found < rows])
    return np.unique(np.concatenate(kept))
