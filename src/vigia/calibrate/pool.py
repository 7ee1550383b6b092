"""Tails of a fleet: what clients with enough history missed, over their own scale, for those with too little.

Each client gives equally weighted quantiles of its scaled residuals on its own fixed schedule; on a calendar date the
fleet's distribution is the mixture of the latest ones given before it. So a pooled tail knows nothing of later dates.
"""

from dataclasses import dataclass

import numpy as np

from vigia.calibrate.quantiles import fewest
from vigia.calibrate.residuals import Scaled, Stream
from vigia.config import Params
from vigia.models.history import Matrix

MIN_DAYS = 28
MIN_CLIENTS = 3
GIVE_DAYS = 28
POINTS = 200
WEEK = 7.0
TAILS = np.array([0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05])
TAILS = np.concatenate([TAILS, [0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5]])
Key = tuple[str, int]


@dataclass(frozen=True)
class Share:
    """What one client gives, at each of its dates.

    Attributes:
        dates: (dates,) days since 1970.
        n: (dates,) days behind it.
        points: (dates, 2, POINTS) quantiles of scaled residuals of hours and of daily totals.
        ratio: (dates,) scale over level.
    """

    dates: Matrix
    n: Matrix
    points: Matrix
    ratio: Matrix


@dataclass(frozen=True)
class Tails:
    """The fleet's tails by calendar week: (weeks, 2, TAILS) lower and upper, and the usual scale over level."""

    dates: Matrix
    n: Matrix
    lower: Matrix
    upper: Matrix
    ratio: Matrix


@dataclass(frozen=True)
class Pool:
    """Tails by basis and day ahead."""

    of: dict[Key, Tails]

    def tails(
        self, key: Key, date: float, nominal: Matrix, below: Matrix, above: Matrix, scale_known: bool
    ) -> tuple[Matrix, Matrix]:
        """(groups + 1, levels) offsets that leave `below` and `above` outside; NaN where the fleet has too little.

        Where the client's scale is not known yet, its level is, and the fleet's usual scale over level stands in.

        Args:
            key: basis and day ahead.
            date: of the renewal, in days since 1970.
            nominal: (levels,) share outside on a side, which says how many values are needed.
            below: (groups + 1, levels) share wanted outside below; the last group is the daily total.
            above: the same above.
            scale_known: whether the client's scale comes from residuals.
        """
        lower, upper = np.full(below.shape, np.nan), np.full(below.shape, np.nan)
        found = self.of.get(key)
        week = -1 if found is None else int(np.searchsorted(found.dates, date, side="right")) - 1
        if found is None or week < 0:
            return lower, upper
        factor = 1.0 if scale_known else found.ratio[week]
        for rows, kind, values in ((slice(None, -1), 0, 24 * found.n[week]), (slice(-1, None), 1, found.n[week])):
            enough = values >= fewest(nominal)
            for wanted, side, out in ((below, found.lower, lower), (above, found.upper, upper)):
                out[rows] = np.where(enough, factor * np.interp(wanted[rows], TAILS, side[week, kind]), np.nan)
        return lower, upper


def share(scaled: Scaled, params: Params) -> dict[Key, Share]:
    """What a client gives to the fleet's tails."""
    every = max(1, GIVE_DAYS // params.calibrate.renew_days)
    return {
        (stream.basis, stream.horizon): _share(stream, scaled, every, params.calibrate.window_days)
        for stream in scaled.streams
        if stream.mode == "past_only"
    }


def pool_tails(shares: list[dict[Key, Share]]) -> Pool:
    """The fleet's tails at each calendar week, from what clients gave before it."""
    keys = sorted({key for each in shares for key in each})
    return Pool({key: _mixture([each[key] for each in shares if key in each]) for key in keys})


def _share(stream: Stream, scaled: Scaled, every: int, most: int) -> Share:
    values = stream.scaled
    given = [(row, stream.days(row, most)) for row in range(0, len(stream.scale), every)]
    given = [(row, days) for row, days in given if len(days) >= MIN_DAYS]
    points = [np.stack([_points(part) for part in (values[d].ravel(), values[d].mean(axis=1))]) for _, d in given]
    rows = np.array([row for row, _ in given], dtype=np.int64)
    return Share(
        scaled.dates(stream.schedule)[rows],
        np.array([float(len(days)) for _, days in given]),
        np.array(points).reshape(len(given), 2, POINTS),
        stream.scale[rows] / stream.level[rows],
    )


def _points(values: Matrix) -> Matrix:
    """Quantiles in the middle of POINTS equal shares; sorted whole, which is quicker than numpy's own here."""
    at = (np.arange(POINTS) + 0.5) / POINTS * (len(values) - 1)
    return np.asarray(np.interp(at, np.arange(len(values)), np.sort(values)))


def _mixture(shares: list[Share]) -> Tails:
    every = np.concatenate([each.dates for each in shares])
    weeks = np.arange(np.ceil(every.min() / WEEK), np.ceil(every.max() / WEEK) + 1) * WEEK if len(every) else every
    made = [(week, _latest(shares, week)) for week in weeks]
    made = [(week, found) for week, found in made if len(found) >= MIN_CLIENTS]
    lower = np.empty((len(made), 2, len(TAILS)))
    upper = np.empty_like(lower)
    for row, (_, found) in enumerate(made):
        points = np.concatenate([each.points[index] for each, index in found], axis=1)
        lower[row] = np.quantile(points, TAILS, axis=1).T
        upper[row] = np.quantile(points, 1 - TAILS, axis=1).T
    return Tails(
        np.array([week for week, _ in made]),
        np.array([sum(each.n[index] for each, index in found) for _, found in made]),
        lower,
        upper,
        np.array([float(np.median([each.ratio[index] for each, index in found])) for _, found in made]),
    )


def _latest(shares: list[Share], date: float) -> list[tuple[Share, int]]:
    """Of each client that has given before `date`, what it gave last."""
    found = [(each, int(np.searchsorted(each.dates, date, side="right")) - 1) for each in shares]
    return [(each, index) for each, index in found if index >= 0]
