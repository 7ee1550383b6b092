"""How the hours of an event differ from those of the four weeks before: by what factor, how evenly, at which hours."""

from dataclasses import dataclass

import numpy as np

from vigia.detection.detectors.levels.limits import MAD_TO_SIGMA
from vigia.detection.series import Series, Values

BEFORE_HOURS = 24 * 28
LONGEST_HOURS = 24 * 14
"""So many hours of an event tell its cause; what comes later may be another matter."""
NOTHING = 1e-3
OFTEN = 0.75
SELDOM = 0.25
FEWEST_HOURS_OFF = 2
MOST_BETWEEN = 4


@dataclass(frozen=True)
class Change:
    """One channel in the hours of an event.

    Attributes:
        factor: mean over that of the same hours of the day before.
        error: standard error of its logarithm, by how much days differed before.
        unevenness: how much hours differ within whole days, over what they differed by before; NaN without whole days.
    """

    factor: float
    error: float
    unevenness: float


def change_of(series: Series, channel: str, start: int, stop: int) -> Change | None:
    """The change from `start` to before `stop`; None of a channel that is not there, or not known for long enough."""
    values = series.values.get(channel, np.empty(0))
    stop = min(stop, start + LONGEST_HOURS, len(values))
    if start < BEFORE_HOURS or stop <= start:
        return None
    before, now = values[start - BEFORE_HOURS : start].reshape(-1, 24), values[start:stop]
    expected = _means(before.T)[np.arange(len(now)) % 24]
    known = np.isfinite(now) & np.isfinite(expected)
    if not expected[known].sum() > 0:
        return None
    days = before.mean(axis=1)
    days = np.log(days[days > 0])
    spread = MAD_TO_SIGMA * float(np.median(np.abs(days - np.median(days)))) if len(days) else np.inf
    error = spread * float(np.sqrt(24 / known.sum()))
    whole = now[: len(now) // 24 * 24].reshape(-1, 24)
    usual = _unevenness(before)
    uneven = _unevenness(whole) / usual if usual > 0 else float("nan")
    return Change(float(now[known].sum() / expected[known].sum()), error, uneven)


def is_off_at_the_same_hours(series: Series, start: int, stop: int) -> bool:
    """Whether active energy is nothing at some hours of the day, the same each day, and goes on at the others.

    At least two days are needed, and hours at which it was something before.
    """
    values = series.values["active"]
    stop = min(stop, start + LONGEST_HOURS, len(values))
    if start < BEFORE_HOURS or stop - start < 48:
        return False
    size = float(np.nanmedian(values[start - BEFORE_HOURS : start]))
    before, now = (_share_of_nothing(values[a:b], a, size) for a, b in ((start - BEFORE_HOURS, start), (start, stop)))
    off, on = (now >= OFTEN) & (before <= SELDOM), now <= SELDOM
    return bool(off.sum() >= FEWEST_HOURS_OFF and on.any() and (~off & ~on).sum() <= MOST_BETWEEN)


def _share_of_nothing(values: Values, start: int, size: float) -> Values:
    """(24,) by hour of the day, in which share of the days nothing was consumed."""
    hour = np.arange(start, start + len(values)) % 24
    known = np.isfinite(values)
    days = np.bincount(hour[known], minlength=24)
    nothing = np.bincount(hour[known & (np.abs(np.nan_to_num(values)) <= NOTHING * size)], minlength=24)
    return np.asarray(nothing / np.maximum(days, 1))


def _unevenness(days: Values) -> float:
    """Median of how much the hours of whole days differ, over their mean; NaN without any."""
    mean = days.mean(axis=1) if len(days) else np.empty(0)
    known = np.isfinite(mean) & (mean > 0)
    return float(np.median(days[known].std(axis=1) / mean[known])) if known.any() else float("nan")


def _means(values: Values) -> Values:
    """Means of rows over what is known; NaN of rows without a value."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
