"""From scaled residuals to offsets: asymmetric split-conformal quantiles whose level follows the misses of each week.

An offset is an empirical quantile of the scaled residuals known before, with the finite-sample correction of
split-conformal prediction (Vovk et al. 2005; the asymmetric form of Romano et al. 2019). The share that a tail leaves
outside follows at each renewal the share that it did leave outside in the week before, adaptive conformal inference
(Gibbs & Candes 2021, eq. 2), between 0.4 and 2.5 times its nominal value. A week's step is revised once, a week
later, when events that began in it are known. A tail with fewer values than its quantile needs comes from the fleet
(`pool`).
"""

from dataclasses import dataclass

import numpy as np

from vigia.calibrate.pool import Pool
from vigia.calibrate.quantiles import fewest, quantiles
from vigia.calibrate.residuals import Stream
from vigia.config.sections.calibrate import CalibrateParams
from vigia.models.history import Days, Flags, Matrix

DAYS_A_STEP = 7
MOST = 2.5
"""A tail leaves outside at most this many times its nominal share, and at least that part of it."""


@dataclass(frozen=True)
class Offsets:
    """(renewals, groups + 1, levels) offsets over the scale; the last group is the daily total over 24.

    `n` (renewals, groups + 1) counts the client's own values; `pooled` says which offsets are the fleet's.
    """

    lower: Matrix
    upper: Matrix
    n: Days
    pooled: Flags


def past_only(stream: Stream, dates: Matrix, params: CalibrateParams, pool: Pool | None) -> Offsets:
    """Offsets at each renewal, from what was known then.

    Args:
        stream: the client's residuals.
        dates: (renewals,) days since 1970 of each.
        params: levels, groups, window, adaptation.
        pool: tails of the fleet; without one, a tail with too few values is NaN.
    """
    tails = (1 - np.sort(np.asarray(params.levels))) / 2
    groups = 24 // params.hours_per_group
    shape = (len(stream.scale), groups + 1, len(tails))
    lower, upper, pooled = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    counts = np.zeros(shape[:2], dtype=np.int64)
    settled = np.zeros((2, *shape[1:]))
    scaled = stream.scaled
    for row in range(shape[0]):
        settled = _followed(settled, stream, row, row - 1, lower, upper, tails, params.adaptation)
        shift = _followed(settled, stream, row, row, lower, upper, tails, params.adaptation)
        below, above = np.minimum.accumulate(tails + shift, axis=-1)
        days = stream.days(row, params.window_days)
        counts[row] = [len(days) * params.hours_per_group] * groups + [len(days)]
        if len(days):
            lower[row], upper[row] = _own(scaled[days], groups, below, above)
        few = counts[row][:, None] < fewest(tails)
        if few.any():
            lower[row][few] = upper[row][few] = np.nan
            if pool is not None:
                key = (stream.basis, stream.horizon)
                low, high = pool.tails(key, dates[row], tails, below, above, bool(stream.known[row]))
                lower[row][few], upper[row][few] = low[few], high[few]
                pooled[row] = few & np.isfinite(lower[row])
        lower[row], upper[row] = _nested(lower[row], -1), _nested(upper[row], 1)
    return _in_order(Offsets(lower, upper, counts, pooled), params)


def two_sided(stream: Stream, params: CalibrateParams) -> Offsets:
    """One set of offsets for all renewals, from the whole history."""
    tails = (1 - np.sort(np.asarray(params.levels))) / 2
    groups = 24 // params.hours_per_group
    days = stream.days(0, len(stream.residuals))
    n = np.array([len(days) * params.hours_per_group] * groups + [len(days)])
    lower = upper = np.full((groups + 1, len(tails)), np.nan)
    if len(days):
        wanted = np.broadcast_to(tails, (groups + 1, len(tails)))
        few = n[:, None] < fewest(tails)
        lower, upper = (np.where(few, np.nan, side) for side in _own(stream.scaled[days], groups, wanted, wanted))
    rows = len(stream.scale)
    made = Offsets(
        np.repeat(lower[None], rows, axis=0),
        np.repeat(upper[None], rows, axis=0),
        np.repeat(n[None], rows, axis=0),
        np.zeros((rows, groups + 1, len(tails)), dtype=bool),
    )
    return _in_order(made, params)


def _own(scaled: Matrix, groups: int, below: Matrix, above: Matrix) -> tuple[Matrix, Matrix]:
    """(groups + 1, tails) quantiles of a client's own scaled residuals (days, 24)."""
    hours = np.sort(scaled.reshape(len(scaled), groups, -1).swapaxes(0, 1).reshape(groups, -1), axis=1)
    total = np.sort(scaled.mean(axis=1))[None, :]
    low, high = quantiles(hours, below[:-1], above[:-1])
    day_low, day_high = quantiles(total, below[-1:], above[-1:])
    return np.vstack([low, day_low]), np.vstack([high, day_high])


def _followed(
    shift: Matrix,
    stream: Stream,
    row: int,
    week: int,
    lower: Matrix,
    upper: Matrix,
    tails: Matrix,
    adaptation: float,
) -> Matrix:
    """`shift` after the days between renewals `week - 1` and `week`, those that may count as known at renewal `row`."""
    if week < 1 or adaptation == 0:
        return shift
    start, stop = stream.schedule.starts[week - 1 : week + 1]
    days = np.arange(start, stop)[stream.usable[row, start:stop]]
    if not len(days):
        return shift
    step = adaptation * len(days) / DAYS_A_STEP
    missed = _missed(stream, days, lower, upper)
    moved = shift + step * np.where(np.isfinite(missed), tails - missed, 0.0)
    return np.asarray(np.clip(moved, (1 / MOST - 1) * tails, (MOST - 1) * tails))


def _missed(stream: Stream, days: Days, lower: Matrix, upper: Matrix) -> Matrix:
    """(2, groups + 1, tails) share of `days` below and above the offsets that were in force; NaN where none were."""
    groups = lower.shape[1] - 1
    rows = stream.issued[days]
    values = stream.residuals[days] / stream.scale[rows][:, None]
    low, high = lower[rows], upper[rows]
    hours = values.reshape(len(days), groups, -1)[..., None]
    total = values.mean(axis=1)[:, None]
    outside = np.empty((2, *low.shape))
    outside[0, :, :-1] = (hours < low[:, :-1, None]).mean(axis=2)
    outside[1, :, :-1] = (hours > high[:, :-1, None]).mean(axis=2)
    outside[0, :, -1], outside[1, :, -1] = total < low[:, -1], total > high[:, -1]
    return np.asarray(np.where(np.isfinite(np.stack([low, high])), outside, np.nan).mean(axis=1))


def _nested(offsets: Matrix, sign: int) -> Matrix:
    """Offsets (groups, levels by size) of which none is inside that of a smaller level."""
    nested: Matrix = sign * np.fmax.accumulate(sign * offsets, axis=-1)
    return np.where(np.isfinite(offsets), nested, np.nan)


def _in_order(offsets: Offsets, params: CalibrateParams) -> Offsets:
    """Levels in the order of the parameters."""
    order = np.argsort(np.argsort(params.levels))
    return Offsets(offsets.lower[..., order], offsets.upper[..., order], offsets.n, offsets.pooled[..., order])
