"""Forecasts of several days from one midnight: each day as if the forecast of the days before it had been consumed."""

import numpy as np

from vigia.features import MIN_DAYS
from vigia.models.families.combination import Combination, middle
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Days, Matrix


def predict_ahead(
    model: FittedForecaster, history: DailyHistory, first_day: int, n_days: int, follows: bool = True
) -> Matrix:
    """(n_days, 24) kWh of consecutive days, all issued at the midnight that begins `first_day`.

    Args:
        model: any forecaster.
        history: as measured, or the normal one.
        first_day: of the days that are forecast.
        n_days: how many.
        follows: whether it is asked what will be consumed, and not what should be: a combination then follows the
            errors that its members made of late.
    """
    return np.asarray(predict_days_ahead(model, history, np.array([first_day]), n_days, follows)[0])


def predict_days_ahead(
    model: FittedForecaster, history: DailyHistory, origins: Days, n_days: int, follows: bool = True
) -> Matrix:
    """(n, n_days, 24) kWh of the days that follow each origin, issued at the origin's midnight.

    The parts of a combination go ahead each by themselves. Arguments are those of `predict_ahead`.
    """
    if not isinstance(model, Combination):
        return _ahead(model, history, origins, n_days)
    parts = model.parts if follows else model.expecting
    values = {part.family: _ahead(part, history, origins, n_days) for part in parts}
    return model.together(values, history, origins) if follows else middle(values, origins)


def _ahead(model: FittedForecaster, history: DailyHistory, origins: Days, n_days: int) -> Matrix:
    before = max(model.history_days, MIN_DAYS)
    if len(origins) and origins.min() < before:
        weeks = -(-before // 7)
        history, origins = history.with_earlier_weeks(weeks), origins + 7 * weeks
    stack = history.stacked(origins, before, n_days)
    rows = np.arange(len(origins)) * (before + n_days) + before
    for ahead in range(n_days):
        stack.filled[rows + ahead] = model.predict(stack, rows + ahead)
    windows: Matrix = stack.filled.reshape(len(origins), before + n_days, 24)
    return np.asarray(windows[:, before:])
