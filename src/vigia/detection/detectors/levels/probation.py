"""Probation after an event: a client may be back for good, or only between two parts of a restless event."""

import copy
from typing import Generic, Protocol, TypeVar

import numpy as np

from vigia.config.sections.screen import LevelParams
from vigia.detection.detectors.levels.shifts import Excursion, Shift

MOST = 0.5


class HasReference(Protocol):
    """Something with a usual level."""

    @property
    def reference(self) -> float:
        """The usual level."""
        ...


Base = TypeVar("Base", bound=HasReference)


class Probation(Generic[Base]):
    """Keeps the baseline from before the last events until their end is certain.

    Attributes:
        back_since: first day after the last event.
    """

    def __init__(self, params: LevelParams) -> None:
        self.back_since = 0
        self._params = params
        self._before: Base | None = None
        self._run_start = 0
        self._pending: list[Excursion] = []

    def opened(self, start_day: int) -> None:
        """An event begins."""
        if self._before is None:
            self._run_start = start_day

    def returned(self, shift: Shift, stop_day: int, baseline: Base) -> None:
        """An event is over; after a long steady one there is nothing restless to expect."""
        steady = shift.is_steady and stop_day - shift.start_day > self._params.probation_days
        if self._before is None or steady:
            self._before = copy.deepcopy(baseline)
        if steady:
            self._run_start = stop_day
        self.back_since = stop_day

    def excuse(self, excursion: Excursion) -> None:
        """A short event ended by itself; whether it is a habit shows later."""
        self._pending.append(excursion)

    def forget(self, day: int) -> None:
        """The usual level is another one from `day` on."""
        self._before, self.back_since = None, day

    def quiet(self, day: int, adjusted: list[float]) -> list[Excursion]:
        """A day without an event: late enough, returns are certain, and what went before was a habit or the first part.

        Returns:
            Excursions that are habits: the weeks after them were calm, so that they were not the first of more.
        """
        habits = []
        if day - self.back_since >= self._params.probation_days:
            self._before = None
        while self._pending and day >= self._pending[0].stop_day + self._params.settle_days:
            past = self._pending.pop(0)
            if _away_share(adjusted[past.start_day : day + 1], past.reference, past.limit / 2) < MOST:
                habits.append(past)
        return habits

    def raised(self, day: int, limit: float, baseline: Base, adjusted: list[float]) -> tuple[Base, bool]:
        """What to compare a new event with, and whether it is part of a restless one.

        Where most days since the last events were away too, the baseline from before them. Days between the parts of
        a restless event are no quiet days; those between a client's peaks are.
        """
        before = self._before
        if before is None or day - self._run_start < self._params.probation_days:
            return baseline, False
        restless = _away_share(adjusted[self._run_start : day + 1], before.reference, limit / 2) > MOST
        self._before = None
        return (before if restless else baseline), restless


def _away_share(levels: list[float], reference: float, near: float) -> float:
    """Share of the known days further than `near` from the reference."""
    away = np.abs(np.array(levels) - reference)
    return float((away[np.isfinite(away)] > near).mean())
