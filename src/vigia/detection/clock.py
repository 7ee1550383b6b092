"""Shape of the day as shares of its energy, and whether a change of it is a clock that runs some hours early or late.

A meter or a feed whose clock is off tells the right energies at the wrong hours: the usual profile, moved. That is a
matter of the data, not of the client.
"""

import numpy as np
import numpy.typing as npt

from vigia.detection.components import Series, Values

RECENT_DAYS = 7
WEEKS = 4
KNOWN_HOURS = 24 * (RECENT_DAYS + 7 * WEEKS // 2)
"""After so long, half of the weeks that are compared with have the new shape themselves: nothing more can be said."""
LEAST_DISTANCE = 0.005
SHAPE_FLOOR = 0.02
MOST_HOURS = 12
RESTORED = 0.5
"""What a lag may leave of the distance to the usual profile."""


def shares(series: Series) -> Values:
    """(days, 24) share of each hour in its day's energy; NaN of days that are not whole, or next to nothing."""
    active = series.values["active"]
    days = active[: len(active) // 24 * 24].reshape(-1, 24)
    total = days.sum(axis=1)
    known = np.isfinite(total)
    size = np.cumsum(np.where(known, np.abs(total), 0.0)) / np.maximum(np.cumsum(known), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((total > SHAPE_FLOOR * size)[:, None], days / total[:, None], np.nan)


def shape_distance(series: Series) -> Values:
    """(hours,) how far the day's shape of the last week is from that of the four weeks before; NaN where not known.

    Half the sum of absolute differences between the mean shares of the last seven days and those of the 28 days before
    them: the share of energy that lies at another hour than usual. Of single days it would be what the client does at
    random; a week holds each weekday once, and its mean has little of that left. Known when the day is over.
    """
    of_days = shares(series)
    now, known = _means(of_days, 0, RECENT_DAYS)
    usual, known_before = _means(of_days, RECENT_DAYS, RECENT_DAYS + 7 * WEEKS)
    enough = (known > RECENT_DAYS / 2) & (known_before > 7 * WEEKS / 2)
    distance = np.where(enough, np.abs(now - usual).sum(axis=1) / 2, np.nan)
    out = np.full(len(series.values["active"]), np.nan)
    out[: len(of_days) * 24] = np.repeat(np.maximum(distance, LEAST_DISTANCE), 24)
    return out


def _means(of_days: Values, last: int, first: int) -> tuple[Values, npt.NDArray[np.int64]]:
    """(days, 24) mean shares of the known days from `first` - 1 to `last` days ago, and (days,) how many there are."""
    whole: npt.NDArray[np.bool_] = np.isfinite(of_days).sum(axis=1) == 24
    summed = np.concatenate([np.zeros((1, 24)), np.cumsum(np.where(whole[:, None], of_days, 0.0), axis=0)])
    counted = np.concatenate([[0], np.cumsum(whole)])
    day = np.arange(1, len(of_days) + 1)
    low, high = np.maximum(day - first, 0), np.maximum(day - last, 0)
    count = counted[high] - counted[low]
    return (summed[high] - summed[low]) / np.maximum(count, 1)[:, None], count


def clock_lag(of_days: Values, first: int, stop: int) -> int:
    """Hours by which the clock of these days is late (+) or early (-); zero where that does not explain their shape.

    The lag that best restores the usual profile explains it when it leaves half the distance at most, and less than
    the day read backwards does: a clock does not mirror the day.

    Args:
        of_days: `shares` of the series.
        first: first day that is away.
        stop: day after the last that is looked at.
    """
    now, usual = [], []
    for day in range(first, stop):
        before = of_days[day % 7 : first : 7]
        before = before[np.isfinite(before).all(axis=1)][-WEEKS:]
        if len(before) and np.isfinite(of_days[day]).all():
            now.append(of_days[day])
            usual.append(np.median(before, axis=0))
    if not now:
        return 0
    mean, expected = np.mean(now, axis=0), np.mean(usual, axis=0)
    lags = np.arange(-MOST_HOURS, MOST_HOURS)
    left = np.array([np.abs(np.roll(mean, -lag) - expected).sum() for lag in lags])
    best, mirrored = float(left.min()), float(np.abs(mean[::-1] - expected).sum())
    explains = best <= RESTORED * float(left[lags == 0][0]) and best < mirrored
    return int(lags[int(np.argmin(left))]) if explains else 0
