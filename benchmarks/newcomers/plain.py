"""A plain booster on daily lags, untuned: what the fleet model has to beat.

Columns: daily totals of 1 to 7, 14, 21 and 28 days ago, their means over 7 and 28 days, the weekday. Energies are over
the mean of the last 28 days, or of those there are; what lies before the history is a missing value. Squared error, 100
trees and XGBoost's other defaults (depth 6, learning rate 0.3).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xgboost

from benchmarks.fleet import Days, View
from vigia.errors import ModelError
from vigia.models.history import DailyHistory

Matrix = npt.NDArray[np.float64]

LAGS = (*range(1, 8), 14, 21, 28)
TREES = 100
FIRST_DAY = 7
FEWEST_ROWS = 14


def fit(views: Sequence[View]) -> xgboost.Booster:
    """Fit to whole days as measured, of one client or of several, from each one's eighth day on.

    Raises:
        ModelError: fewer than 14 such days.
    """
    columns, targets = [], []
    for history, days in views:
        measured = history.as_measured()
        own = days[measured.whole_days[days] & (days >= FIRST_DAY)]
        if len(own):
            found, level = inputs(measured, own)
            columns.append(found)
            targets.append(measured.values[own].sum(axis=1) / level)
    if sum(map(len, targets)) < FEWEST_ROWS:
        raise ModelError("too few days to fit to")
    data = xgboost.DMatrix(np.concatenate(columns), label=np.concatenate(targets), nthread=1)
    return xgboost.train({"objective": "reg:squarederror", "nthread": 1}, data, num_boost_round=TREES)


def predict(booster: xgboost.Booster, history: DailyHistory, days: Days) -> Matrix:
    """(n,) daily totals, kWh, each from the days before it."""
    columns, level = inputs(history, days)
    return np.asarray(booster.inplace_predict(columns) * level, dtype=float)


def inputs(history: DailyHistory, days: Days) -> tuple[Matrix, Matrix]:
    """((n, columns), (n,) level) of days that have at least one day before them."""
    totals = np.concatenate([np.full(max(LAGS), np.nan), history.filled.sum(axis=1)])
    rows = days + max(LAGS)
    month = totals[rows[:, None] - np.arange(1, 29)]
    level = np.abs(np.nanmean(month, axis=1))
    level = np.where(level > 0, level, 1.0)
    columns = [totals[rows - lag] / level for lag in LAGS]
    columns += [np.nanmean(month[:, :span], axis=1) / level for span in (7, 28)]
    return np.column_stack([*columns, (days + history.first_day.weekday()) % 7]), level
