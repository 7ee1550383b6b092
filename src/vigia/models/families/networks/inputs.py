"""What a network over all clients reads of one client: nothing in it says who the client is or how large.

A window of scaled days, what is known of the day to come, statistics of the days before it, and simple forecasts that
the network weighs. Beside them, where it is asked for, what kind of client it is (past-only, from all of its days).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vigia import features
from vigia.models.families.lstm.windows import CALENDAR_COLUMNS, LARGEST_RATIO
from vigia.models.history import DailyHistory, Days, Matrix

Floats = npt.NDArray[np.float32]

TOTALS = (
    "last_week_at_new_level",
    "same_weekday_at_level_of_1",
    "same_weekday_at_level_of_3",
    "same_weekday_at_level_of_7",
    "smoothed_total",
    "level_since_change",
)
"""Daily features that are forecasts of the total; with the profile of the day's hours each is a rule."""
HOURLY_RULES = 4
RULES = HOURLY_RULES + len(TOTALS)
KIND_COLUMNS = 8
KNOWN_COLUMNS = CALENDAR_COLUMNS + len(features.DAILY_NAMES) + 24
NIGHT = slice(0, 6)
IDLE = 0.05
TINY = 1e-9


@dataclass(frozen=True)
class Inputs:
    """Inputs of n days, each issued at its midnight.

    Attributes:
        past: (n, window_days, 24 + 7) hours over the recent hourly level, clipped, and the calendar of each day.
        known: (n, known_columns) calendar of the day to predict, statistics of the days before it, the share of each
            hour in a day like it times 24, and the kind of client, where the parameters ask for it.
        rules: (n, RULES, 24) simple forecasts over the level, clipped.
        level: (n,) kWh an hour by which the outputs are to be multiplied.
    """

    past: Floats
    known: Floats
    rules: Floats
    level: Matrix


def known_columns(parameters: dict[str, Any]) -> int:
    """Columns of `Inputs.known`."""
    return KNOWN_COLUMNS + (KIND_COLUMNS if parameters["client_kind"] else 0)


def inputs(history: DailyHistory, days: Days, parameters: dict[str, Any]) -> Inputs:
    """Inputs for days that have 28 days before them; see `Inputs`."""
    filled = history.filled
    daily = features.levels(filled.sum(axis=1), days, parameters["level_days"])
    level = daily / 24
    back = days[:, None] + np.arange(-parameters["window_days"], 0)
    scaled = np.clip(filled[back] / level[:, None, None], -LARGEST_RATIO, LARGEST_RATIO)
    past = np.concatenate([scaled, _calendar(history, back.ravel()).reshape(*back.shape, -1)], axis=2)
    statistics = features.daily_features(filled, days, daily)
    profile = 24 * features.profiles(filled, days, 24)
    totals = statistics[:, [features.DAILY_NAMES.index(name) for name in TOTALS]]
    hourly = [
        np.median(filled[days[:, None] - np.array([7, 14, 21, 28])], axis=1),
        filled[days - 7],
        filled[days[:, None] - np.array([1, 2, 3])].mean(axis=1),
        filled[days - 1],
    ]
    rules = np.concatenate(
        [np.stack(hourly, axis=1) / level[:, None, None], totals[:, :, None] * profile[:, None, :]], axis=1
    )
    known = [_calendar(history, days), np.arcsinh(statistics), np.arcsinh(profile)]
    if parameters["client_kind"]:
        known.append(kind(history, days))
    return Inputs(
        past.astype(np.float32),
        np.concatenate(known, axis=1).astype(np.float32),
        np.clip(rules, -LARGEST_RATIO, LARGEST_RATIO).astype(np.float32),
        level,
    )


def kind(history: DailyHistory, days: Days) -> Matrix:
    """(n, KIND_COLUMNS) what kind of client it is, as far as all of its days before each day tell.

    Load factor, share of the night and of weekends, of idle hours and days, change from day to day, change of the level
    from week to week, and how much of a year is known.
    """
    hours = history.filled
    totals = np.abs(hours.sum(axis=1))
    weekend = (history.calendar_days(np.arange(history.days)) + history.first_day.weekday()) % 7 >= 5
    change = np.abs(np.diff(totals, prepend=totals[:1]))
    weekly = np.abs(totals - np.concatenate([totals[:7], totals[:-7]]))
    used = np.abs(hours)
    sums = _before(
        np.column_stack(
            [
                totals,
                used.max(axis=1) * 24,
                used[:, NIGHT].sum(axis=1),
                np.where(weekend, totals, 0.0),
                (used < IDLE * used.mean(axis=1, keepdims=True)).mean(axis=1),
                change,
                weekly,
            ]
        ),
        days,
    )
    total = np.maximum(sums[:, 0], TINY)
    month = np.abs(totals[days[:, None] + np.arange(-features.MIN_DAYS, 0)])
    idle = (month < IDLE * (total / days)[:, None]).mean(axis=1)
    return np.column_stack(
        [
            total / np.maximum(sums[:, 1], TINY),
            sums[:, 2] / total,
            sums[:, 3] / total,
            sums[:, 4] / days,
            np.minimum(sums[:, 5] / total, 2.0),
            np.minimum(sums[:, 6] / total, 2.0),
            idle,
            np.minimum(days / 365.0, 2.0),
        ]
    )


def _before(values: Matrix, days: Days) -> Matrix:
    """(n, columns) sums over all days before each day."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return np.asarray(sums[days])


def _calendar(history: DailyHistory, days: Days) -> Matrix:
    weekday, yearday = history.first_day.weekday(), history.first_day.timetuple().tm_yday
    return features.calendar(history.calendar_days(days), weekday, yearday, history.holiday)[:, 1:]
