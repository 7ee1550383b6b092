"""Daily levels as logarithms: compared as ratios to the client's own, so that one limit serves all sizes."""

import numpy as np
import numpy.typing as npt

from vigia.detection.sizes import Values

FLOOR = 0.02
REFINE_HOURS = 60
IDLE_VOLTAGE = 0.1


def log_levels(daily: Values, first_days: int | None) -> Values:
    """Logarithm of daily levels, not below the floor, so that zero days stay finite."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.log(np.maximum(daily, floor_of(daily, first_days))))


def floor_of(daily: Values, first_days: int | None) -> float:
    """A fiftieth of the client's size: as much as nothing.

    The size is the median of positive days: of the first ones only (`first_days`) where nothing later may be known.
    """
    positive = daily[np.isfinite(daily) & (daily > 0)]
    return FLOOR * float(np.median(positive[:first_days])) if len(positive) else FLOOR


def idle_days(channel: str, daily: Values) -> npt.NDArray[np.bool_]:
    """(days,) days that cannot be usual, however many there are: without voltage there is no supply."""
    if not channel.startswith("voltage"):
        return np.zeros(len(daily), dtype=bool)
    highest = np.fmax.accumulate(daily)
    return np.asarray(daily < IDLE_VOLTAGE * highest)


def running_median(levels: Values, days: int, centred: bool) -> Values:
    """Median of `days` days around or up to each day; missing days are left out."""
    if not len(levels):
        return levels
    before = days // 2 if centred else days - 1
    after = days - 1 - before
    padded = np.concatenate([np.full(before, np.nan), levels, np.full(after, np.nan)])
    windows = np.sort(np.lib.stride_tricks.sliding_window_view(padded, days), axis=1)
    count = np.isfinite(windows).sum(axis=1)
    rows = np.arange(len(levels))
    middle = (windows[rows, np.maximum(count - 1, 0) // 2] + windows[rows, count // 2]) / 2
    odd = windows[rows, np.maximum(count - 1, 0) // 2]
    return np.where(count == 0, np.nan, np.where(count % 2 == 1, odd, middle))


def level_kind(channel: str, sign: int, deviation: float) -> str:
    """Name of a level shift."""
    if channel.startswith("voltage"):
        return "voltage_swell" if sign > 0 else ("voltage_loss" if deviation < np.log(0.1) else "voltage_sag")
    if channel == "reactive":
        return "reactive_shift"
    return "level_up" if sign > 0 else "level_down"


def refine(values: Values, day: int, sign: int) -> int:
    """The hour near the midnight of `day` where the channel steps most clearly in the direction of `sign`.

    The best split of the hours around it into two means (least squares); hours are compared with those a day before
    and after by nothing but their level, so days with a strong shape keep the midnight.
    """
    low, high = max(0, 24 * day - REFINE_HOURS), min(len(values), 24 * day + REFINE_HOURS)
    window = values[low:high]
    known = np.isfinite(window)
    n = int(known.sum())
    if n < 24 or day == 0:
        return 24 * day
    filled = np.where(known, window, np.median(window[known]))
    count = np.arange(1, len(filled))
    left = np.cumsum(filled)[:-1]
    right = filled.sum() - left
    step = sign * (right / (len(filled) - count) - left / count)
    gain = step * np.sqrt(count * (len(filled) - count))
    edge = slice(6, len(gain) - 6)
    if len(gain) < 24 or gain[edge].max() <= 0:
        return 24 * day
    return low + 7 + int(np.argmax(gain[edge]))
