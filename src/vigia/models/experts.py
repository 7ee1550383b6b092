"""How much each of several forecasters is heard, by what it missed of late.

Prediction with expert advice (Littlestone & Warmuth 1994; Cesa-Bianchi & Lugosi 2006, exponential weights on losses
that fade): who erred more than the reference in the last weeks is heard less, by the exponential of its excess. A new
level shows in the errors of one day, and on the next those are heard who follow it; in a calm year those who know the
client. Weights of a day are made of errors before it alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vigia.models.history import Matrix

HALF_LIFE_DAYS = 7.0
"""Age at which an error counts half."""
SHARPNESS = 10.0
"""An excess of a tenth over the error of the reference divides the weight by e."""
KNOWN_DAYS = 7.0
"""An excess known from as many days counts half, one from few days less: it may be chance."""
LEVEL_DAYS = 28
MIN_LEVEL_DAYS = 7
MOST_LOSS = 3.0
"""Of a day, in daily totals of the last weeks: one peak must not decide weeks."""
LEAST_SHARE = 1e-9
"""Who weighs less is not heard."""


@dataclass(frozen=True)
class Memory:
    """Sums over the days before a midnight, each day halved in `HALF_LIFE_DAYS`, by forecaster.

    Attributes:
        loss: of the forecaster.
        reference: of the reference on the same days.
        days: number of these days.
    """

    loss: tuple[float, ...]
    reference: tuple[float, ...]
    days: tuple[float, ...]


NO_DAYS: Matrix = np.zeros(0)


def heard(
    totals: Matrix,
    actual: Matrix,
    prior: Sequence[float],
    reference: int,
    memory: Memory | None = None,
    earlier: Matrix = NO_DAYS,
) -> tuple[Matrix, Memory]:
    """Weights of each day, from the errors of the days before it.

    Args:
        totals: (days, forecasters) daily totals that were forecast out of sample; NaN where one said nothing.
        actual: (days,) what was consumed; NaN where a day is not known as a whole.
        prior: weight of each forecaster as long as nothing is known of it.
        reference: index of the forecaster with which the others are compared.
        memory: at the first midnight; none = nothing is known.
        earlier: what was consumed on the days just before the first, as `actual`; the level is taken from them too.

    Returns:
        (days + 1, forecasters) weights, not normalised, at each midnight, that after the last day included; and the
        memory there.
    """
    count = len(prior)
    level = _level(np.concatenate([earlier, actual]))[len(earlier) :]
    with np.errstate(invalid="ignore", divide="ignore"):
        loss = np.minimum(np.abs(totals - actual[:, None]) / level[:, None], MOST_LOSS)
    known = np.isfinite(loss) & np.isfinite(loss[:, [reference]])
    before = memory or Memory(*((0.0,) * count for _ in range(3)))
    sums = [
        _fading(np.where(known, values, 0.0), np.asarray(start))
        for values, start in (
            (loss, before.loss),
            (np.broadcast_to(loss[:, [reference]], loss.shape), before.reference),
            (np.ones_like(loss), before.days),
        )
    ]
    own, base, days = sums
    excess = np.where(base > 0, (own - base) / np.where(base > 0, base, 1.0), 0.0) * days / (days + KNOWN_DAYS)
    weights = np.asarray(prior) * np.exp(-SHARPNESS * excess)
    return weights, Memory(*(tuple(each[-1].tolist()) for each in sums))


def joined(values: Matrix, weights: Matrix) -> Matrix:
    """(n, ..., hours) day with the weighted median of the daily totals, of (forecasters, n, ..., hours).

    Between the two forecasters in the middle it is interpolated, each standing in the middle of its weight. So equal
    weights give the median of an odd number and the mean of two, a weight that goes to zero is no jump, and who is far
    off moves nothing as long as the others weigh half.

    Args:
        values: NaN where a forecaster says nothing; it is left out.
        weights: (n, forecasters).

    >>> said = np.array([[[1.0]], [[2.0]], [[9.0]]])
    >>> [float(joined(said, np.array([each]))[0, 0]) for each in ([1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 1, 2])]
    [2.0, 1.5, 1.0, 4.333333333333333]
    """
    totals = values.sum(axis=-1)
    shaped = np.broadcast_to(weights.T.reshape(*weights.T.shape, *(1 for _ in totals.shape[2:])), totals.shape)
    weight = np.where(np.isfinite(totals), shaped, 0.0)
    weight = np.where(weight > LEAST_SHARE * weight.sum(axis=0), weight, 0.0)
    order = np.argsort(np.where(weight > 0, totals, np.inf), axis=0, kind="stable")
    share = np.take_along_axis(weight, order, axis=0)
    total = share.sum(axis=0)
    place = np.cumsum(share, axis=0) - share / 2
    count = (share > 0).sum(axis=0)
    above = np.minimum(((place < total / 2) & (share > 0)).sum(axis=0), np.maximum(count - 1, 0))
    below = np.maximum(above - 1, 0)
    low, high = (np.take_along_axis(place, each[None], axis=0)[0] for each in (below, above))
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(high > low, np.clip((total / 2 - low) / (high - low), 0.0, 1.0), 0.0)
    ordered = [np.take_along_axis(order, each[None], axis=0) for each in (below, above)]
    first, second = (np.take_along_axis(values, each[..., None], axis=0)[0] for each in ordered)
    out = first + np.where(part > 0, part, 0.0)[..., None] * (second - first)
    return np.where((total > 0)[..., None], out, np.nan)


def _level(actual: Matrix) -> Matrix:
    """(days,) mean absolute total of the four weeks before each day; NaN where fewer than seven days are known."""
    known = np.isfinite(actual)
    sums, counts = (np.concatenate([[0.0], np.cumsum(each)]) for each in (np.where(known, np.abs(actual), 0.0), known))
    stops = np.arange(len(actual))
    starts = np.maximum(stops - LEVEL_DAYS, 0)
    total, count = sums[stops] - sums[starts], counts[stops] - counts[starts]
    return np.where((count >= MIN_LEVEL_DAYS) & (total > 0), total / np.maximum(count, 1), np.nan)


def _fading(values: Matrix, start: Matrix) -> Matrix:
    """(days + 1, n) sums over the days before each midnight, each day counting half after the half-life."""
    age = np.arange(len(values) + 1)[:, None] / HALF_LIFE_DAYS
    grown = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values * np.exp2(age[1:]), axis=0)])
    return np.asarray((start + grown) * np.exp2(-age))
