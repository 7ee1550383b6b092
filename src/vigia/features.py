"""What a forecaster reads of the days before an origin: levels, lags, same-slot statistics, calendar.

All energies are divided by the client's recent level, so that one model holds through changes of level and the same
model can be fed with the history as measured and with the normal one.
"""

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]

LAGS = (1, 2, 3, 4, 5, 6, 7, 14, 21, 28)
MIN_DAYS = 28


def levels(totals: Matrix, days: Days, level_days: int) -> Matrix:
    """(n,) median daily total of the `level_days` days before each day; the mean of 28 where that is no more than a
    twentieth of it (clients that rest most days), and 1 where nothing was consumed."""
    recent = np.median(_before(totals, days, level_days), axis=1)
    month = np.abs(_before(totals, days, MIN_DAYS)).mean(axis=1)
    level = np.where(recent > 0.05 * month, recent, month)
    return np.where(level > 0, level, 1.0)


def calendar(days: Days, first_weekday: int, first_yearday: int, holiday: npt.NDArray[np.bool_]) -> Matrix:
    """(n, 8) weekday as number and on the circle, holiday today, yesterday, tomorrow, season on the circle."""
    weekday = (days + first_weekday) % 7
    last = len(holiday) - 1
    season = 2 * np.pi * ((days + first_yearday) % 365.25) / 365.25
    week = 2 * np.pi * weekday / 7
    return np.column_stack(
        [
            weekday,
            np.sin(week),
            np.cos(week),
            holiday[np.clip(days, 0, last)],
            holiday[np.clip(days - 1, 0, last)],
            holiday[np.clip(days + 1, 0, last)],
            np.sin(season),
            np.cos(season),
        ]
    ).astype(float)


def block_features(filled: Matrix, days: Days, step_hours: int, level: Matrix) -> Matrix:
    """(n, blocks, columns) scaled daily and same-slot statistics; `blocks` = 24 / `step_hours`.

    Args:
        filled: (D, 24) history without gaps; only rows before each day are read.
        days: (n,) days to describe, each at least 28.
        step_hours: length of a block; one of the divisors of 24.
        level: (n,) scale of each day, see `levels`.
    """
    totals = filled.sum(axis=1)
    blocks = filled.reshape(len(filled), 24 // step_hours, step_hours).sum(axis=2)
    scale = level[:, None]
    week = _before(totals, days, 7)
    month = _before(totals, days, 28)
    weekdays = totals[days[:, None] - np.array([7, 14, 21, 28])]
    daily = np.column_stack(
        [
            totals[days[:, None] - np.array(LAGS)] / scale,
            np.median(weekdays, axis=1) / level,
            np.ptp(weekdays, axis=1) / level,
            week.mean(axis=1) / level,
            month.mean(axis=1) / level,
            np.median(month, axis=1) / level,
            week[:, -3:].mean(axis=1) / level,
            week.std(axis=1) / level,
            week.min(axis=1) / level,
            week.max(axis=1) / level,
            filled[days - 1, 18:].sum(axis=1) * 4 / level,
        ]
    )
    n, count = len(days), blocks.shape[1]
    share = scale / count
    slot_weekdays = blocks[days[:, None] - np.array([7, 14, 21, 28])]
    slot_week = blocks[days[:, None] - np.arange(7, 0, -1)]
    slots = np.stack(
        [
            blocks[days - 1] / share,
            blocks[days - 7] / share,
            np.median(slot_weekdays, axis=1) / share,
            slot_week.mean(axis=1) / share,
            np.broadcast_to(np.arange(count, dtype=float), (n, count)),
        ],
        axis=2,
    )
    return np.concatenate([np.broadcast_to(daily[:, None, :], (n, count, daily.shape[1])), slots], axis=2)


def profiles(filled: Matrix, days: Days, step_hours: int) -> Matrix:
    """(n, 24) share of each hour in its block, from the last four same weekdays and the last seven days."""
    recent = filled[days[:, None] - np.array([7, 14, 21, 28])].mean(axis=1)
    recent = 0.75 * recent + 0.25 * filled[days[:, None] - np.arange(1, 8)].mean(axis=1)
    blocks = recent.reshape(len(days), -1, step_hours)
    total = blocks.sum(axis=2, keepdims=True)
    even = 1.0 / step_hours
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(total > 0, blocks / total, even)
    shares = np.where(np.isfinite(shares), shares, even)
    return shares.reshape(len(days), 24)


def _before(totals: Matrix, days: Days, count: int) -> Matrix:
    """(n, count) totals of the `count` days before each day, oldest first."""
    window: Matrix = totals[days[:, None] + np.arange(-count, 0)]
    return window
