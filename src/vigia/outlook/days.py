"""Whole days from the last midnight with data on: what a model says of them, and which hours they have."""

import numpy as np
import pandas as pd

from vigia.errors import NotEnoughDataError
from vigia.models.ahead import predict_ahead
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Matrix
from vigia.outlook.offsets import MAX_DAYS

NORMAL = "normal"
"""Basis of what should be consumed; the other one says what will be."""


def forecast_days(
    client_id: str, model: FittedForecaster, history: DailyHistory, days: int, follows: bool = True
) -> Matrix:
    """(days, 24) kWh from the last midnight with data; `follows` where it is asked what will be consumed.

    Raises:
        NotEnoughDataError: the history is too short for the model.
    """
    first, needed = history.latest_origin, model.history_days
    if first < needed:
        raise NotEnoughDataError(f"client {client_id}: {first} days of history, {needed} needed")
    return predict_ahead(model, history, first, days, follows)


def first_open_time(history: DailyHistory) -> pd.Timestamp:
    """The hour after the last reading on the latest origin's day; of a day without any, its first one."""
    origin, hour = history.latest_origin, 0
    if origin < history.days:
        read = np.flatnonzero(np.isfinite(history.values[-1]))
        hour = int(read[-1]) + 1 if len(read) else 0
    return history.clock.time(24 * origin + hour)


def day_starts(history: DailyHistory) -> np.ndarray:
    """(MAX_DAYS + 1,) hours from the last midnight with data to each midnight that can be forecast."""
    starts = history.clock.starts(history.latest_origin + MAX_DAYS)[history.latest_origin :]
    return np.asarray(starts - starts[0])
