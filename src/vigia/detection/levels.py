"""Shifts of a channel's daily level, seen with the whole history and day by day.

Levels are compared as logarithms of ratios to the client's own usual level, so that one limit serves all sizes. The
limit grows with the client's own noise.
"""

from dataclasses import dataclass

import numpy as np

from vigia.config.detection import LevelParams
from vigia.detection.components import Component, Series, Values

FLOOR = 0.02
MODE_WIDTH = 0.15
MAD_TO_SIGMA = 1.4826
REFINE_HOURS = 60
UNTIL_NEVER = 10**9
MEDIAN_EFFICIENCY = 1.2533
LARGEST_LIMIT: float = float(np.log(2.5))


def two_sided(series: Series, channel: str, params: LevelParams) -> list[Component]:
    """Stretches whose running median lies away from the most frequent level of the whole history."""
    levels = log_levels(series.daily(channel), None)
    known = np.isfinite(levels)
    if known.sum() < params.min_reference_days:
        return []
    median = running_median(levels, params.two_sided_days, centred=True)
    deviation = median - usual_level(levels[known])
    limit = _limit(levels - median, params.two_sided_ratio, params.two_sided_days, params.noise_factor)
    found = []
    for start, stop, sign in _stretches(deviation, limit, params.hysteresis * limit):
        if stop - start < params.min_days:
            continue
        first, last = _refine(series, channel, start, sign), _refine(series, channel, stop, -sign)
        first, last = (0 if start == 0 else first), (series.hours if stop >= len(levels) - 1 else last)
        score = float(np.nanmedian(np.abs(deviation[start:stop]))) / limit
        kind = level_kind(channel, sign, float(np.nanmedian(deviation[start:stop])))
        found.append(Component(channel, kind, first, last, first, last, sign, score))
    return found


@dataclass
class _Open:
    """A shift that goes on."""

    start_day: int
    alert_day: int
    sign: int
    reference: float
    known_days: int
    deviations: list[float]


def past_only(series: Series, channel: str, params: LevelParams) -> list[Component]:
    """Shifts as they would have been noticed at each midnight, from the days before it.

    The reference is the median of the last unflagged days and is frozen while a shift goes on. A level that has lasted
    long enough is accepted as usual; a return to a level that was usual before raises nothing.
    """
    daily = series.daily(channel)
    whole = len(series.values[channel]) // 24
    levels = log_levels(daily, params.min_reference_days)[:whole]
    recent = running_median(levels, params.past_only_days, centred=False)
    found: list[Component] = []
    quiet: list[float] = []
    residuals: list[float] = []
    bases: list[float] = []
    now: _Open | None = None
    for day in range(whole):
        level, median = levels[day], recent[day]
        if not np.isfinite(level):
            continue
        if now is None:
            if len(quiet) >= params.min_reference_days:
                reference = float(np.median(quiet[-params.reference_days :]))
                limit = _quiet_limit(residuals, params)
                if abs(median - reference) > limit:
                    former = [base for base in bases if abs(median - base) < params.hysteresis * limit]
                    if former:
                        bases.append(reference)
                        quiet, residuals = [former[-1]] * params.min_reference_days, residuals[-1:]
                        continue
                    sign = 1 if median > reference else -1
                    start = _began(levels, day, reference, limit, sign)
                    dropped = day - start
                    del quiet[len(quiet) - dropped :], residuals[len(residuals) - dropped :]
                    now = _Open(start, day, sign, reference, len(quiet), [abs(median - reference) / limit])
                    continue
                residuals.append(level - reference)
            else:
                residuals.append(0.0)
            quiet.append(level)
            continue
        limit = _quiet_limit(residuals, params)
        away = now.sign * (median - now.reference)
        now.deviations.append(away / limit)
        lasted = day - now.start_day
        accepted = lasted > max(params.accept_days, 2 * now.known_days)
        if away < params.hysteresis * limit or accepted:
            found.append(_closed(series, channel, now, day, levels, limit, accepted))
            back = day + 1 - params.past_only_days if not accepted else now.start_day
            fresh = [value for value in levels[max(back, 0) : day + 1] if np.isfinite(value)]
            if accepted:
                bases.append(now.reference)
            quiet = fresh if accepted else quiet + fresh
            residuals = residuals + [0.0] * len(fresh)
            now = None
    if now is not None:
        found.append(_component(series, channel, now, series.hours, UNTIL_NEVER))
    return found


def log_levels(daily: Values, first_days: int | None) -> Values:
    """Logarithm of daily levels, with a floor of a fiftieth of the client's size so that zero days stay finite.

    The size is the median of positive days: of the first ones only (`first_days`) where nothing later may be known.
    """
    positive = daily[np.isfinite(daily) & (daily > 0)]
    size = float(np.median(positive[:first_days])) if len(positive) else 1.0
    with np.errstate(invalid="ignore"):
        return np.asarray(np.log(np.maximum(daily, FLOOR * size)))


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


def _limit(residuals: Values, ratio: float, days: int, factor: float) -> float:
    """The ratio, or `factor` standard errors of a median of `days` days where the client is noisier than that.

    Residuals are daily levels around their own running level, so a shift does not raise its own limit.
    """
    known = residuals[np.isfinite(residuals)]
    sigma = MAD_TO_SIGMA * float(np.median(np.abs(known))) if len(known) else 0.0
    error = MEDIAN_EFFICIENCY * sigma / float(np.sqrt(days))
    return max(float(np.log(ratio)), min(factor * error, LARGEST_LIMIT))


def _quiet_limit(residuals: list[float], params: LevelParams) -> float:
    sample = np.asarray(residuals[-2 * params.reference_days :])
    return _limit(sample, params.past_only_ratio, params.past_only_days, params.noise_factor)


def _stretches(deviation: Values, enter: float, leave: float) -> list[tuple[int, int, int]]:
    """(start, stop, sign) of days beyond `leave` on one side that reach `enter` somewhere."""
    found = []
    for sign in (1, -1):
        away = np.where(np.isfinite(deviation), sign * deviation, 0.0)
        beyond = away > leave
        edges = np.flatnonzero(np.diff(np.concatenate([[False], beyond, [False]]).astype(np.int8))).reshape(-1, 2)
        found += [(int(a), int(b), sign) for a, b in edges if away[a:b].max() > enter]
    return sorted(found)


def _began(levels: Values, day: int, reference: float, limit: float, sign: int) -> int:
    """First of the days up to `day` that lie beyond half the limit, at most five back; single quiet ones are kept."""
    start = day
    for back in range(1, 6):
        if day - back < 0 or not sign * (levels[day - back] - reference) > limit / 2:
            break
        start = day - back
    return start


def _closed(
    series: Series,
    channel: str,
    now: _Open,
    day: int,
    levels: Values,
    limit: float,
    accepted: bool,
) -> Component:
    stop_day = day + 1
    if not accepted:
        while stop_day - 1 > now.alert_day and now.sign * (levels[stop_day - 1] - now.reference) < limit / 2:
            stop_day -= 1
    known = series.head(24 * (day + 1))
    stop = _refine(known, channel, stop_day, -now.sign) if not accepted else 24 * stop_day
    return _component(series, channel, now, stop, 24 * (day + 1))


def _component(series: Series, channel: str, now: _Open, stop: int, recovery: int) -> Component:
    alert = 24 * (now.alert_day + 1)
    known = series.head(alert)
    start = min(_refine(known, channel, now.start_day, now.sign), alert - 1)
    size = float(np.median(now.deviations[:3]))
    kind = level_kind(channel, now.sign, now.sign * size * 0.34)
    return Component(channel, kind, start, max(stop, alert), alert, recovery, now.sign, size)


def _refine(series: Series, channel: str, day: int, sign: int) -> int:
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
