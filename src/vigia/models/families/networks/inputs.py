"""What a network over all clients reads of one client: nothing in it says who the client is or how large.

A window of scaled days, what is known of the day to come, statistics of the days before it, what kind of client it is
(past-only, from all of its days so far), and simple forecasts that the network weighs.
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
LONG_WEEKS = (8, 26)
"""Same weekdays of as many weeks, as far as there are any: where a calm client always comes back to."""
ERROR_DAYS = (7, 28)
"""Days over which the errors of these are taken."""
RULES = HOURLY_RULES + len(TOTALS) + len(LONG_WEEKS)
LONG_COLUMNS = len(LONG_WEEKS) * (2 + len(ERROR_DAYS))
KIND_COLUMNS = 8
KNOWN_COLUMNS = CALENDAR_COLUMNS + len(features.DAILY_NAMES) + LONG_COLUMNS + 24 + KIND_COLUMNS
NIGHT = slice(0, 6)
IDLE = 0.05
TINY = 1e-9


@dataclass(frozen=True)
class Inputs:
    """Inputs of n days, each issued at its midnight.

    Attributes:
        past: (n, window_days, 24 + 7) hours over the recent hourly level, clipped, and the calendar of each day.
        known: (n, KNOWN_COLUMNS) calendar of the day to predict, statistics of the days before it, the share of each
            hour in a day like it times 24, the kind of client.
        rules: (n, RULES, 24) simple forecasts over the level, clipped.
        level: (n,) kWh an hour by which the outputs are to be multiplied.
    """

    past: Floats
    known: Floats
    rules: Floats
    level: Matrix


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
    usual, memory = long_memory(filled.sum(axis=1), days)
    short = statistics[:, [features.DAILY_NAMES.index(name) for name in TOTALS]]
    totals = np.concatenate([short, usual / daily[:, None]], axis=1)
    hourly = [
        np.median(filled[days[:, None] - np.array([7, 14, 21, 28])], axis=1),
        filled[days - 7],
        filled[days[:, None] - np.array([1, 2, 3])].mean(axis=1),
        filled[days - 1],
    ]
    rules = np.concatenate(
        [np.stack(hourly, axis=1) / level[:, None, None], totals[:, :, None] * profile[:, None, :]], axis=1
    )
    scales = np.arcsinh(np.concatenate([statistics, memory / daily[:, None], profile], axis=1))
    known = np.concatenate([_calendar(history, days), scales, kind(history, days)], axis=1)
    return Inputs(
        past.astype(np.float32),
        known.astype(np.float32),
        np.clip(rules, -LARGEST_RATIO, LARGEST_RATIO).astype(np.float32),
        level,
    )


def long_memory(totals: Matrix, days: Days) -> tuple[Matrix, Matrix]:
    """((n, 2) medians of the same weekdays of 8 and 26 weeks, (n, LONG_COLUMNS) what else is known of them), kWh.

    A level of the last days is noise where a client is calm. The columns are, of each, the median, the mean distance
    of its weekdays from it, and its mean error over the last 7 and 28 days, 0 before there is any.
    """
    every = np.arange(features.MIN_DAYS, len(totals) + 1)
    back = every[:, None] - 7 * np.arange(1, max(LONG_WEEKS) + 1)
    weekdays = np.where(back >= 0, totals[np.maximum(back, 0)], np.nan)
    usual, columns = [], []
    for weeks in LONG_WEEKS:
        median = np.nanmedian(weekdays[:, :weeks], axis=1)
        spread = np.nanmean(np.abs(weekdays[:, :weeks] - median[:, None]), axis=1)
        errors = np.concatenate([np.zeros(features.MIN_DAYS), np.abs(totals[features.MIN_DAYS :] - median[:-1])])
        sums = np.concatenate([[0.0], np.cumsum(errors)])
        rows = days - features.MIN_DAYS
        usual.append(median[rows])
        columns += [median[rows], spread[rows]]
        for count in ERROR_DAYS:
            since = np.maximum(days - count, features.MIN_DAYS)
            columns.append((sums[days] - sums[since]) / np.maximum(days - since, 1))
    return np.column_stack(usual), np.column_stack(columns)


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
