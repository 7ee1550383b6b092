"""Days whose hours are all the same although the day's energy is the usual one.

A plant that rests is flat on a low level. One that works as much as ever and does so in equal hours is told of by a
meter or a feed that spreads the day's energy (type 5 of Jokar, Arianpoor and Leung 2016). A run of repeated values is
looked at by the hour (`rules`); a client that repeats values by itself needs a long one there, but few days without any
change.
"""

from bisect import insort

import numpy as np

from vigia.config.sections.screen import ShapeParams
from vigia.detection.detectors.shape.hour_profile import HOURS
from vigia.detection.finding import UNTIL_NEVER, Finding
from vigia.detection.series import Series, Values, runs

FEWEST_DAYS = 14
LONG_DAYS = 28
"""Flat runs this long are no habit: they are what is looked for."""


def flat_days(series: Series, params: ShapeParams) -> list[Finding]:
    """Runs of flat days of usual energy, longer than those that the client had before; past-only in all columns."""
    values = series.values["active"]
    days = values[: len(values) // HOURS * HOURS].reshape(-1, HOURS)
    mean, spread = days.mean(axis=1), days.std(axis=1)
    known = np.isfinite(mean) & (mean > 0)
    unevenness = np.where(known, spread / np.where(known, mean, 1.0), np.nan)
    size, usual = _medians_before(np.where(known, mean, np.nan)), _medians_before(unevenness)
    with np.errstate(invalid="ignore"):
        flat = (unevenness < params.flat_share * usual) & (
            np.abs(np.log(np.where(known, mean, 1.0) / size)) < np.log(params.flat_energy_ratio)
        )
    found, habit = [], 0
    for start, stop in runs(flat).tolist():
        needed = max(params.flat_days, int(np.ceil(params.flat_habit_factor * habit)))
        if stop - start >= needed:
            over = HOURS * stop < series.hours - HOURS
            recovery = HOURS * (stop + 1) if over else UNTIL_NEVER
            end = HOURS * stop if over else series.hours
            score = (stop - start) / needed
            alert = HOURS * (start + needed)
            found.append(Finding("active", "shape_change", HOURS * start, end, alert, recovery, 0, score))
        else:
            habit = max(habit, stop - start)
    return found


def _medians_before(values: Values) -> Values:
    """Median of all known values before each; NaN while they are few."""
    out = np.full(len(values), np.nan)
    seen: list[float] = []
    for place, value in enumerate(values.tolist()):
        if len(seen) >= FEWEST_DAYS:
            middle = len(seen) // 2
            out[place] = seen[middle]
        if value == value:
            insort(seen, value)
    return out
