"""What a forecaster reads of the days before an origin: levels, lags, same-slot statistics, transitions, calendar.

All energies are divided by the client's recent level, so that one model holds through changes of level, serves clients
of all sizes, and can be fed with the history as measured and with the normal one.
"""

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]

LAGS = (1, 2, 3, 4, 5, 6, 7, 14, 21, 28)
MIN_DAYS = 28
RECENT = (1, 3, 7)
"""Days from which the level of a simple forecast is read."""
SMOOTHING = 0.6
FLOOR = 0.03
"""Added on both sides of a ratio, as a share of the level, so that idle days have one."""
RATIOS = (0.05, 20.0)
TINY = 1e-9


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


def daily_features(filled: Matrix, days: Days, level: Matrix) -> Matrix:
    """(n, len(DAILY_NAMES)) scaled statistics of the days before each day.

    Beside lags and same-weekday statistics they hold what tells a change of level early: the last hours of yesterday,
    also against the same hours of the same weekday, because a level rarely changes at midnight; and simple forecasts
    that follow a level at different speeds, with how well they did in the last week.

    Args:
        filled: (D, 24) history without gaps; only rows before each day are read.
        days: (n,) days to describe, each at least 28.
        level: (n,) scale of each day, see `levels`.
    """
    totals = filled.sum(axis=1)
    week, month = _before(totals, days, 7), _before(totals, days, 28)
    weekdays = totals[days[:, None] - np.array([7, 14, 21, 28])]
    yesterday = filled[days - 1]
    usual = np.median(filled[days[:, None] - np.array([8, 15, 22])], axis=1)
    evening, afternoon, night = slice(18, 24), slice(12, 24), slice(21, 24)
    weeks = month.reshape(len(days), 4, 7)
    mean = weeks.mean(axis=2, keepdims=True)
    shares = weeks / np.where(np.abs(mean) > TINY, mean, 1.0)
    columns = [
        *(totals[days - lag] / level for lag in LAGS),
        np.median(weekdays, axis=1) / level,
        np.ptp(weekdays, axis=1) / level,
        week.mean(axis=1) / level,
        month.mean(axis=1) / level,
        np.median(month, axis=1) / level,
        week[:, -3:].mean(axis=1) / level,
        week.std(axis=1) / level,
        week.min(axis=1) / level,
        week.max(axis=1) / level,
        yesterday[:, evening].sum(axis=1) * 4 / level,
        yesterday[:, afternoon].sum(axis=1) * 2 / level,
        yesterday[:, night].sum(axis=1) * 8 / level,
        yesterday[:, -1] * 24 / level,
        *(_log_ratio(yesterday[:, part], usual[:, part], level) for part in (afternoon, evening)),
        np.abs(np.diff(month, axis=1)).mean(axis=1) / level,
        week.mean(axis=1) / np.maximum(month[:, :-7].mean(axis=1), 0.01 * level),
        (np.abs(month) < 0.05 * level[:, None]).mean(axis=1),
        np.median(shares[:, :, 0], axis=1),
        shares[:, :, 0].std(axis=1),
        np.median(shares, axis=1).std(axis=1),
        np.sort(yesterday, axis=1)[:, :4].mean(axis=1) * 24 / level,
        yesterday.max(axis=1) * 24 / level,
        *_simple_forecasts(totals, days, level),
        *_last_change(month / level[:, None]),
    ]
    return np.column_stack(columns)


DAILY_NAMES = (
    *(f"total_lag_{lag}" for lag in LAGS),
    "same_weekday_median",
    "same_weekday_range",
    "week_mean",
    "month_mean",
    "month_median",
    "three_day_mean",
    "week_std",
    "week_min",
    "week_max",
    "last_evening",
    "last_afternoon",
    "last_three_hours",
    "last_hour",
    "afternoon_against_usual",
    "evening_against_usual",
    "day_to_day_change",
    "week_against_month",
    "idle_share",
    "weekday_share",
    "weekday_share_spread",
    "weekly_strength",
    "lowest_hours",
    "highest_hour",
    "last_week_at_new_level",
    *(f"same_weekday_at_level_of_{days}" for days in RECENT),
    "smoothed_total",
    "last_day_error",
    "same_weekday_error",
    "last_week_error",
    "level_since_change",
    "days_since_change",
)
SLOT_NAMES = ("block_lag_1", "block_lag_7", "block_same_weekday_median", "block_week_mean", "block")
CALENDAR_NAMES = (
    "weekday",
    "weekday_sin",
    "weekday_cos",
    "holiday",
    "holiday_before",
    "holiday_after",
    "season_sin",
    "season_cos",
)


def slot_features(filled: Matrix, days: Days, step_hours: int, level: Matrix) -> Matrix:
    """(n, blocks, len(SLOT_NAMES)) scaled statistics of each block of `step_hours`; `blocks` = 24 / `step_hours`."""
    blocks = filled.reshape(len(filled), 24 // step_hours, step_hours).sum(axis=2)
    n, count = len(days), blocks.shape[1]
    share = level[:, None] / count
    weekdays = blocks[days[:, None] - np.array([7, 14, 21, 28])]
    week = blocks[days[:, None] - np.arange(7, 0, -1)]
    return np.stack(
        [
            blocks[days - 1] / share,
            blocks[days - 7] / share,
            np.median(weekdays, axis=1) / share,
            week.mean(axis=1) / share,
            np.broadcast_to(np.arange(count, dtype=float), (n, count)),
        ],
        axis=2,
    )


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


def _simple_forecasts(totals: Matrix, days: Days, level: Matrix) -> list[Matrix]:
    """Forecasts of a rule each, over the level, and the mean absolute error of three rules in the last seven days.

    Last week's day and the median of the same weekdays, at the level of the last days against the same days of the
    weeks before; a mean that forgets. Errors are those of the last day, the same-weekday median and the last week.
    """
    month = _before(totals, days, MIN_DAYS) / level[:, None]
    week = month[:, 21:]
    usual = np.median(month[:, :21].reshape(len(days), 3, 7), axis=1)
    before = month[:, 18:21].sum(axis=1)
    growth = np.clip(week[:, -3:].sum(axis=1) / np.maximum(np.abs(before), 0.1), *RATIOS)
    same_weekday = np.median(month[:, ::7], axis=1)
    at_level = []
    for count in RECENT:
        now, then = (np.abs(part[:, -count:].sum(axis=1)) + FLOOR * count for part in (week, usual))
        at_level.append(same_weekday * np.clip(now / then, *RATIOS))
    weights = (1 - SMOOTHING) ** np.arange(MIN_DAYS - 1, -1, -1)
    return [
        month[:, 21] * growth,
        *at_level,
        month @ (weights / weights.sum()),
        np.abs(np.diff(month[:, 20:], axis=1)).mean(axis=1),
        np.abs(week - usual).mean(axis=1),
        np.abs(week - month[:, 14:21]).mean(axis=1),
    ]


def _last_change(month: Matrix) -> list[Matrix]:
    """Mean since the day that best cuts the four weeks in two levels, and how many days ago that was.

    The cut is where the means of both sides differ most for their numbers of days, as in a test of two means.
    """
    since = np.arange(1, MIN_DAYS)
    sums = month.cumsum(axis=1)
    earlier = sums[:, MIN_DAYS - 1 - since]
    after, before = (sums[:, -1:] - earlier) / since, earlier / (MIN_DAYS - since)
    best = (np.abs(after - before) * np.sqrt(since * (MIN_DAYS - since))).argmax(axis=1)
    return [after[np.arange(len(month)), best], since[best].astype(float)]


def _log_ratio(hours: Matrix, usual: Matrix, level: Matrix) -> Matrix:
    """(n,) logarithm of the energy of some hours over what is usual in them; finite where nothing is."""
    floor = level * hours.shape[1] / 24 * FLOOR
    ratio: Matrix = np.log((np.abs(hours.sum(axis=1)) + floor) / (np.abs(usual.sum(axis=1)) + floor))
    return ratio
