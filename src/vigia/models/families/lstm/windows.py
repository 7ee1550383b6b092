"""What the LSTM reads: a window of scaled days with their calendar, and the calendar of the day to come."""

from typing import Any

import numpy as np
import numpy.typing as npt

from vigia import features
from vigia.models.history import DailyHistory, Days, Matrix

Inputs = npt.NDArray[np.float32]
CALENDAR_COLUMNS = 7
SIMPLE_FORECASTS = 4
LARGEST_RATIO = 8.0


def windows(history: DailyHistory, days: Days, parameters: dict[str, Any]) -> tuple[Inputs, Inputs, Matrix]:
    """Inputs of the network for each day, issued at its midnight.

    Returns:
        past: (n, window_days, 24 + 7) hours over the recent hourly level, clipped, and the calendar of each day.
        future: (n, 7 + 4 * 24) calendar of the day to predict, and what four simple rules say of it: the median of
            the last four same weekdays, the same day last week, the mean of the last three days, and yesterday.
        level: (n,) kWh an hour by which the outputs are to be multiplied.
    """
    totals = history.filled.sum(axis=1)
    level = features.levels(totals, days, parameters["level_days"]) / 24
    back = days[:, None] + np.arange(-parameters["window_days"], 0)
    scaled = np.clip(history.filled[back] / level[:, None, None], -LARGEST_RATIO, LARGEST_RATIO)
    past = np.concatenate([scaled, _calendar(history, back.ravel()).reshape(*back.shape, -1)], axis=2)
    filled = history.filled
    rules = [
        np.median(filled[days[:, None] - np.array([7, 14, 21, 28])], axis=1),
        filled[days - 7],
        filled[days[:, None] - np.array([1, 2, 3])].mean(axis=1),
        filled[days - 1],
    ]
    simple = np.clip(np.concatenate(rules, axis=1) / level[:, None], -LARGEST_RATIO, LARGEST_RATIO)
    future = np.column_stack([_calendar(history, days), simple])
    return past.astype(np.float32), future.astype(np.float32), level


def history_days(parameters: dict[str, Any]) -> int:
    """Days of history before the first prediction."""
    return max(features.MIN_DAYS, int(parameters["window_days"]))


def _calendar(history: DailyHistory, days: Days) -> Matrix:
    weekday, yearday = history.first_day.weekday(), history.first_day.timetuple().tm_yday
    return features.calendar(history.calendar_days(days), weekday, yearday, history.holiday)[:, 1:]
