"""Suspect days, as quality flags call them: too far from what is usual to be read, too recent to be an event.

*Suspect* is the word of QARTOD and of the WMO: neither good nor bad, because nobody has judged them yet. A level rule
needs some days before it raises an event. A forecaster that reads yesterday follows a new level at once, so that in
these days the expectation would run after the very readings it is to judge, and too little would be at stake. Until a
rule had its time, such a day is therefore read as masked days are: as its own expectation.
"""

import numpy as np

from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Days, Flags, Matrix, same_weekday_median

SUSPECT_DAYS = 3
"""Days after which a day is taken as it is, if no event has masked it; as many as past-only level rules read."""
SUSPECT_RATIO = 1.25
"""Smallest ratio to the usual total, of the day or of its second half, that is suspect."""
NOISE_FACTOR = 4.0
"""A ratio is suspect beyond this many robust standard deviations of the client's own ratios."""
NOISE_DAYS = 56
MIN_NOISE_DAYS = 10
FLOOR = 0.03
"""Added on both sides of a ratio, as a share of the usual total of four weeks, so that idle days have one."""
LEVEL_DAYS = 28


def suspect_days(normal: DailyHistory) -> Flags:
    """(days,) unmasked whole days far from the median of their last four same weekdays; each by days before it.

    Only the first `SUSPECT_DAYS` days of a run: what goes on for longer without an event is not suspect any more.
    """
    values = np.where(normal.normal_days[:, None], normal.values, np.nan)
    usual = same_weekday_median(normal.usable, normal.first_day.weekday())
    ratios = np.stack([_log_ratio(values[:, part], usual[:, part]) for part in (slice(0, 24), slice(12, 24))])
    limits = np.stack([_limits(each) for each in ratios])
    with np.errstate(invalid="ignore"):
        far = np.asarray((np.abs(ratios) > limits).any(axis=0))
    day = np.arange(len(far))
    last_near = np.maximum.accumulate(np.where(far, -1, day))
    return np.asarray(far & (day - last_near <= SUSPECT_DAYS))


def without_suspect_days(normal: DailyHistory, day: int, suspect: Flags | None = None) -> DailyHistory:
    """The normal history for the midnight that begins `day`: suspect days just before it read as masked."""
    suspect = suspect_days(normal) if suspect is None else suspect
    first = max(day - SUSPECT_DAYS, 0)
    recent = first + np.flatnonzero(suspect[first:day])
    if not len(recent):
        return normal
    masked = normal.masked.copy()
    masked[recent] = True
    return normal.with_mask(masked)


def near_suspect(suspect: Flags, days: Days) -> Flags:
    """(n,) days with a suspect one just before them."""
    steps = np.concatenate([[0], np.cumsum(suspect)])
    return np.asarray(steps[np.minimum(days, len(suspect))] > steps[np.maximum(days - SUSPECT_DAYS, 0)])


def expectation(model: FittedForecaster, normal: DailyHistory, days: Days) -> Matrix:
    """(n, 24) kWh that `model` expects on `days`, each without the suspect days just before it."""
    suspect = suspect_days(normal)
    near = near_suspect(suspect, days)
    out = np.full((len(days), 24), np.nan)
    if (~near).any():
        out[~near] = model.predict(normal, days[~near])
    for at in np.flatnonzero(near):
        out[at] = model.predict(without_suspect_days(normal, int(days[at]), suspect), days[at : at + 1])[0]
    return out


def _log_ratio(values: Matrix, usual: Matrix) -> Matrix:
    """(days,) logarithm of the day's energy over the usual one; finite where nothing is usual."""
    wanted = np.abs(usual.sum(axis=1))
    floor = FLOOR * _trailing_mean(wanted) + 1e-9
    ratio: Matrix = np.log((np.abs(values.sum(axis=1)) + floor) / (wanted + floor))
    return ratio


def _trailing_mean(values: Matrix) -> Matrix:
    """(days,) mean of the four weeks up to each day."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    stops = np.arange(1, len(values) + 1)
    starts = np.maximum(stops - LEVEL_DAYS, 0)
    return np.asarray((sums[stops] - sums[starts]) / (stops - starts))


def _limits(ratios: Matrix) -> Matrix:
    """(days,) limit of each day from the ratios of the 56 days before it; infinite where fewer than ten are known."""
    padded = np.concatenate([np.full(NOISE_DAYS, np.nan), np.abs(ratios)])
    before = np.lib.stride_tricks.sliding_window_view(padded, NOISE_DAYS)[: len(ratios)]
    ordered = np.sort(before, axis=1)
    count = np.isfinite(ordered).sum(axis=1)
    middle = ordered[np.arange(len(ratios)), np.maximum(count - 1, 0) // 2]
    noise = NOISE_FACTOR * 1.4826 * middle
    return np.where(count >= MIN_NOISE_DAYS, np.maximum(noise, np.log(SUSPECT_RATIO)), np.inf)
