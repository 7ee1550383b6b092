"""Daily levels of a channel, and their shifts seen with the whole history.

Levels are compared as logarithms of ratios to the client's own usual level, so that one limit serves all sizes. The
limit grows with the client's own noise.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from vigia.config.sections.screen import LevelParams
from vigia.detection.accepted import normals
from vigia.detection.components import Component, Series, Values

FLOOR = 0.02
MODE_WIDTH = 0.15
MAD_TO_SIGMA = 1.4826
REFINE_HOURS = 60
IDLE_VOLTAGE = 0.1
UNTIL_NEVER = 10**9
MEDIAN_EFFICIENCY = 1.2533
LARGEST_LIMIT: float = float(np.log(2.5))


def two_sided(series: Series, channel: str, params: LevelParams) -> list[Component]:
    """Stretches whose running median lies away from the most frequent level of the whole history.

    Where the site log announces another normal, or a person accepted one, each part of the history has its own level.
    """
    bounds = [0, *normals(series, channel), -(-series.hours // 24)]
    return [part for start, stop in pairwise(bounds) for part in _between(series, channel, params, start, stop)]


def _between(series: Series, channel: str, params: LevelParams, first_day: int, stop_day: int) -> list[Component]:
    """Stretches of the days from `first_day` to before `stop_day`."""
    daily = series.daily(channel)
    levels = log_levels(daily, None)
    levels[:first_day] = levels[stop_day:] = np.nan
    known = np.isfinite(levels)
    if known.sum() < params.min_reference_days:
        return []
    median = running_median(levels, params.two_sided_days, centred=True)
    deviation = median - usual_level(levels[known & ~idle_days(channel, daily)])
    spread = float(np.median(np.abs((levels - median)[known])))
    limit = Limit.of(params.two_sided_ratio, params.two_sided_days, params.noise_factor).at(spread)
    found = []
    for start, stop, sign in _stretches(deviation, limit, params.hysteresis * limit):
        if stop - start < params.min_days:
            continue
        first, last = refine(series, channel, start, sign), refine(series, channel, stop, -sign)
        first = 24 * first_day if start == first_day else first
        last = min(24 * stop_day, series.hours) if stop >= stop_day - 1 else last
        score = float(np.nanmedian(np.abs(deviation[start:stop]))) / limit
        kind = level_kind(channel, sign, float(np.nanmedian(deviation[start:stop])))
        found.append(Component(channel, kind, first, last, first, last, sign, score))
    return found


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


def usual_level(levels: Values) -> float:
    """The most frequent level: the mode of a Gaussian kernel density of width 0.15."""
    grid = np.linspace(levels.min(), levels.max(), 400)
    density = np.exp(-0.5 * ((grid[:, None] - levels) / MODE_WIDTH) ** 2).sum(axis=1)
    return float(grid[int(np.argmax(density))])


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
    middle = (windows[rows, np.maximum(count - 1, 0) // 2] + windows[rows, np.minimum(count // 2, days - 1)]) / 2
    odd = windows[rows, np.maximum(count - 1, 0) // 2]
    return np.where(count == 0, np.nan, np.where(count % 2 == 1, odd, middle))


def level_kind(channel: str, sign: int, deviation: float) -> str:
    """Name of a level shift."""
    if channel.startswith("voltage"):
        return "voltage_swell" if sign > 0 else ("voltage_loss" if deviation < np.log(0.1) else "voltage_sag")
    if channel == "reactive":
        return "reactive_shift"
    return "level_up" if sign > 0 else "level_down"


@dataclass(frozen=True)
class Limit:
    """From which deviation on a running median is away, by the client's own noise.

    Attributes:
        smallest: logarithm of the ratio that is away for quiet clients.
        root_days: square root of the days of the median.
        factor: standard errors of such a median that are away for noisy clients.
    """

    smallest: float
    root_days: float
    factor: float

    @classmethod
    def of(cls, ratio: float, days: int, factor: float) -> "Limit":
        """The limit of a median of `days` days."""
        return cls(float(np.log(ratio)), float(np.sqrt(days)), factor)

    def at(self, spread: float) -> float:
        """The limit for a median absolute residual of daily levels.

        Residuals are those around the running level itself, so that a shift does not raise its own limit.
        """
        error = MEDIAN_EFFICIENCY * (MAD_TO_SIGMA * spread) / self.root_days
        return max(self.smallest, min(self.factor * error, LARGEST_LIMIT))


def _stretches(deviation: Values, enter: float, leave: float) -> list[tuple[int, int, int]]:
    """(start, stop, sign) of days beyond `leave` on one side that reach `enter` somewhere."""
    found = []
    for sign in (1, -1):
        away = np.where(np.isfinite(deviation), sign * deviation, 0.0)
        beyond = away > leave
        edges = np.flatnonzero(np.diff(np.concatenate([[False], beyond, [False]]).astype(np.int8))).reshape(-1, 2)
        found += [(int(a), int(b), sign) for a, b in edges if away[a:b].max() > enter]
    return sorted(found)


def refine(series: Series, channel: str, day: int, sign: int) -> int:
    """The hour near the midnight of `day` where the channel steps most clearly in the direction of `sign`.

    The best split of the hours around it into two means (least squares); hours are compared with those a day before
    and after by nothing but their level, so days with a strong shape keep the midnight.
    """
    values = series.values[channel]
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
