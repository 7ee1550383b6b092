"""What to believe after an event: a client may be back for good, or only between two parts of a restless event."""

import copy

import numpy as np

from vigia.config.sections.screen import LevelParams
from vigia.detection.belief import Belief
from vigia.detection.shifts import Excursion, Shift

MOST = 0.5


class Trust:
    """Keeps what was believed before the last events until their end is certain.

    Attributes:
        back_since: first day after the last event.
    """

    def __init__(self, params: LevelParams) -> None:
        self.back_since = 0
        self._params = params
        self._before: Belief | None = None
        self._run_start = 0
        self._pending: list[Excursion] = []

    def opened(self, start_day: int) -> None:
        """An event begins."""
        if self._before is None:
            self._run_start = start_day

    def returned(self, shift: Shift, stop_day: int, belief: Belief) -> None:
        """An event is over; after a long steady one there is nothing restless to expect."""
        steady = shift.is_steady and stop_day - shift.start_day > self._params.probation_days
        if self._before is None or steady:
            self._before = copy.deepcopy(belief)
        if steady:
            self._run_start = stop_day
        self.back_since = stop_day

    def excuse(self, excursion: Excursion) -> None:
        """A short event ended by itself; whether it is a habit shows later."""
        self._pending.append(excursion)

    def forget(self, day: int) -> None:
        """The usual level is another one from `day` on."""
        self._before, self.back_since = None, day

    def quiet(self, day: int, belief: Belief, adjusted: list[float]) -> None:
        """A day without an event: late enough, returns are certain, and what went before was a habit or the first part.

        An excursion becomes a habit when the weeks after it were calm, and not when it was the first of more.
        """
        if day - self.back_since >= self._params.probation_days:
            self._before = None
        while self._pending and day >= self._pending[0].stop_day + self._params.settle_days:
            past = self._pending.pop(0)
            if _away_share(adjusted[past.start_day : day + 1], past.reference, past.limit / 2) < MOST:
                for window in belief.windows:
                    if window.days in past.peaks:
                        window.habit.add(past.peaks[window.days], past.sign)

    def raised(self, day: int, limit: float, belief: Belief, adjusted: list[float]) -> tuple[Belief, bool]:
        """What to compare a new event with, and whether it is part of a restless one.

        Where most days since the last events were away too, the belief from before them. Days between the parts of
        a restless event are no quiet days; those between a client's peaks are.
        """
        before = self._before
        if before is None or day - self._run_start < self._params.probation_days:
            return belief, False
        restless = _away_share(adjusted[self._run_start : day + 1], before.reference, limit / 2) > MOST
        self._before = None
        return (before if restless else belief), restless


def _away_share(levels: list[float], reference: float, near: float) -> float:
    """Share of the known days further than `near` from the reference."""
    away = np.abs(np.array(levels) - reference)
    return float((away[np.isfinite(away)] > near).mean())
