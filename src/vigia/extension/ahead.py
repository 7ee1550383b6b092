"""The days that come after a history: what a model forecasts of them, with bands, by hour and day."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from vigia.calendars.clock import Clock, Hours
from vigia.errors import NotEnoughDataError
from vigia.extension.bands import MAX_DAYS, Offsets
from vigia.models.ahead import predict_ahead
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Matrix


@dataclass(frozen=True)
class Coming:
    """All hours of some days from the last midnight with data, with bands, and the totals of the days.

    Attributes:
        times: (n,) start of each hour.
        starts: (days + 1,) which hour begins each day.
        values, lower, upper: (n,) by hour, kWh.
        totals, day_lower, day_upper: (days,) kWh.
    """

    times: pd.DatetimeIndex
    starts: np.ndarray
    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    totals: np.ndarray
    day_lower: np.ndarray
    day_upper: np.ndarray


def coming(history: DailyHistory, values: Matrix, offsets: Offsets, floor: float) -> Coming:
    """Forecasts with their bands.

    Args:
        history: which ends where the days begin.
        values: (days, 24) kWh that are forecast from its last midnight on, as of `forecast_days`.
        offsets: of the bands.
        floor: below which no band reaches, kWh.
    """
    days, first = len(values), history.latest_origin
    hours, starts = _hours(history.clock, first, days)
    totals = history.totals(values, np.arange(first, first + days))
    return Coming(
        hours.times,
        starts,
        hours.of(values),
        np.maximum(hours.of(values + offsets.lower[:days]), floor),
        np.maximum(hours.of(values + offsets.upper[:days]), floor),
        totals,
        np.maximum(totals + offsets.day_lower[:days], floor),
        np.maximum(totals + offsets.day_upper[:days], floor),
    )


def forecast_days(client_id: str, model: FittedForecaster, history: DailyHistory, days: int) -> Matrix:
    """(days, 24) kWh from the last midnight with data.

    Raises:
        NotEnoughDataError: the history is too short for the model.
    """
    first, needed = history.latest_origin, model.history_days
    if first < needed:
        raise NotEnoughDataError(f"client {client_id}: {first} days of history, {needed} needed")
    return predict_ahead(model, history, first, days)


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


@lru_cache(maxsize=4096)
def _hours(clock: Clock, first: int, days: int) -> tuple[Hours, np.ndarray]:
    """Hours of some days, and which of them begins each day; kept, because the service is asked again and again."""
    starts = clock.starts(first + days)[first:]
    return clock.hours(np.arange(first, first + days)), starts - starts[0]
