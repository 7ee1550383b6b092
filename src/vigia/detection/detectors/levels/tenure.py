"""How long a channel was on its usual level and away from it, which says when another level is the usual one.

From one level alone that cannot be told: a history may begin inside an episode as well as shortly before one. It can
be told when the client stands still for a while and takes up the same level again. A visit to the reference in between
tells nothing, because then both levels recur.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vigia.config.sections.screen import LevelParams
from vigia.detection.detectors.levels.limits import Limit
from vigia.detection.detectors.levels.shifts import Shift
from vigia.detection.series import runs
from vigia.detection.sizes import Values


class Tenure:
    """Days on the usual level and away from it; never of voltages, which no client chooses.

    Attributes:
        former: levels that were usual before.
        back_from: days before it were weighed already when a level was accepted.
    """

    def __init__(self, params: LevelParams, is_voltage: bool) -> None:
        self.former: list[float] = []
        self.back_from = 0
        self._params, self._is_voltage = params, is_voltage
        self._quiet_days = self._away_days = self._returns = 0

    def quiet(self) -> None:
        """A day on the usual level."""
        self._quiet_days += 1

    def away(self, days: int = 1) -> None:
        """Days away from it."""
        self._away_days += days

    def returned(self) -> None:
        """A shift ended by itself."""
        self._returns += 1

    def accepted(self, day: int) -> None:
        """From the day after this one on another level is usual."""
        self.back_from, self._away_days = day + 1, 0

    def start_again(self, day: int) -> None:
        """Nothing before the day after this one counts."""
        self._quiet_days = self._away_days = self._returns = 0
        self.back_from = day + 1

    def usual_before(self, level: float, near: float) -> float | None:
        """The level that was usual before and is as good as this one, the latest; None where there is none."""
        return next((each for each in reversed(self.former) if abs(level - each) < near), None)

    @property
    def is_erratic(self) -> bool:
        """Whether the client left its usual level so often, and for so long, that it cannot be the usual one."""
        enough = self._returns >= self._params.erratic_returns and self._away_days >= self._params.recur_days
        return enough and self._away_days > 2 * self._quiet_days and not self._is_voltage

    def recurring(self, recent: Values, idle: float, shift: Shift, noise: float) -> list[int]:
        """Days on today's level, where the client took it up again and it outweighs the reference; else none.

        Args:
            recent: (days,) running levels up to today.
            idle: the level of a day without consumption.
            shift: what goes on.
            noise: median absolute residual of quiet days.
        """
        if self._is_voltage or self._away_days < max(self._params.recur_days, shift.known_days):
            return []
        limit = Limit.of(self._params.past_only_ratio, self._params.past_only_days, self._params.noise_factor)
        near = self._params.hysteresis * limit.at(noise)
        reference = Reference(shift.reference, near, shift.known_days)
        return [int(day) for day in days_of_usual(recent, self.back_from, idle, reference, self._params)]


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
