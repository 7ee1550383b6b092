"""Shifts of a channel's daily level, seen with the whole history."""

from itertools import pairwise

import numpy as np

from vigia.config.sections.screen import LevelParams
from vigia.detection.detectors.levels.limits import Limit
from vigia.detection.detectors.levels.log_levels import idle_days, level_kind, log_levels, refine, running_median
from vigia.detection.finding import Finding
from vigia.detection.people.accepted import normals
from vigia.detection.series import Series, Values

MODE_WIDTH = 0.15


def two_sided(series: Series, channel: str, params: LevelParams) -> list[Finding]:
    """Stretches whose running median lies away from the most frequent level of the whole history.

    Where the site log announces another normal, or a person accepted one, each part of the history has its own level.
    """
    bounds = [0, *normals(series, channel), -(-series.hours // 24)]
    return [part for start, stop in pairwise(bounds) for part in _between(series, channel, params, start, stop)]


def _between(series: Series, channel: str, params: LevelParams, first_day: int, stop_day: int) -> list[Finding]:
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
        first, last = (refine(series.values[channel], *edge) for edge in ((start, sign), (stop, -sign)))
        first = 24 * first_day if start == first_day else first
        last = min(24 * stop_day, series.hours) if stop >= stop_day - 1 else last
        score = float(np.nanmedian(np.abs(deviation[start:stop]))) / limit
        kind = level_kind(channel, sign, float(np.nanmedian(deviation[start:stop])))
        found.append(Finding(channel, kind, first, last, first, last, sign, score))
    return found


def usual_level(levels: Values) -> float:
    """The most frequent level: the mode of a Gaussian kernel density of width 0.15."""
    grid = np.linspace(levels.min(), levels.max(), 400)
    density = np.exp(-0.5 * ((grid[:, None] - levels) / MODE_WIDTH) ** 2).sum(axis=1)
    return float(grid[int(np.argmax(density))])


def _stretches(deviation: Values, enter: float, leave: float) -> list[tuple[int, int, int]]:
    """(start, stop, sign) of days beyond `leave` on one side that reach `enter` somewhere."""
    found = []
    for sign in (1, -1):
        away = np.where(np.isfinite(deviation), sign * deviation, 0.0)
        beyond = away > leave
        edges = np.flatnonzero(np.diff(np.concatenate([[False], beyond, [False]]).astype(np.int8))).reshape(-1, 2)
        found += [(int(a), int(b), sign) for a, b in edges if away[a:b].max() > enter]
    return sorted(found)
