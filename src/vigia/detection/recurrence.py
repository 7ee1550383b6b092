"""Whether a level that was raised as a shift is the usual one after all, by what the client did so far.

From one level alone that cannot be told: a history may begin inside an episode as well as shortly before one. It can
be told when the client stands still for a while and takes up the same level again. A visit to the reference in between
tells nothing, because then both levels recur.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vigia.config.sections.screen import LevelParams
from vigia.detection.components import Values, runs


@dataclass(frozen=True)
class Reference:
    """What a level must outweigh: the present usual level, how near counts as on it, and the days it is known for."""

    level: float
    near: float
    days: int


def days_of_usual(
    past: Values, first_day: int, idle: float, reference: Reference, params: LevelParams
) -> npt.NDArray[np.int64]:
    """Days on the level of today if it recurs and outweighs the reference; else none.

    Args:
        past: (days,) running levels up to today.
        first_day: days before it were weighed already.
        idle: the level of a day without consumption, which is never usual.
        reference: the usual level so far.
        params: how long, how near, how long away.
    """
    nothing = np.empty(0, dtype=np.int64)
    same = float(np.log(params.recur_ratio))
    if past[-1] <= idle + same:
        return nothing
    at = np.abs(past - past[-1]) < reference.near
    at[:first_day] = False
    needed = max(params.recur_days, reference.days, int((np.abs(past - reference.level) < reference.near).sum()))
    days = np.flatnonzero(at)
    if len(days) < needed:
        return nothing
    still = past <= idle + same
    for start, stop in runs(still).tolist():
        before, after = days[days < start], days[days >= stop]
        if (
            stop - start >= params.recur_still_days
            and min(len(before), len(after)) >= params.past_only_days
            and abs(np.median(past[after]) - np.median(past[before])) <= same
        ):
            return days
    return nothing
