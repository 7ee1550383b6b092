"""How a shift ends: when its days are clearly back, since when they were, and what is learnt from a short one."""

from collections.abc import Iterable, Sequence

import numpy as np

from vigia.config.sections.screen import LevelParams
from vigia.detection.detectors.levels.shifts import Excursion, Shift
from vigia.detection.detectors.levels.weekdays import WeekdayEffects
from vigia.detection.robust.running import median_of
from vigia.detection.series import Values

RHYTHM_WEEKS = 4
RHYTHM_EVENTS = 3


def median_until(adjusted: Sequence[float], day: int, days: int, first: int = 0) -> float:
    """Median of the last days from `first` on; NaN unless half of them are known."""
    known = [each for each in adjusted[max(day + 1 - days, first) : day + 1] if each == each]
    return median_of(known) if len(known) >= days / 2 else float("nan")


def is_over(shift: Shift, day: int, away: float, adjusted: Sequence[float], params: LevelParams) -> bool:
    """A steady shift is over when its last days are clearly back, a restless one when two weeks are.

    Args:
        shift: what goes on.
        day: today.
        away: how far the last days are on the side of the shift.
        adjusted: (days,) levels less their weekday's effect.
        params: how much is clear, and how long a restless one is looked at.
    """
    back = params.hysteresis * min(shift.limit, shift.size)
    if away < -back:
        return True
    if shift.window_days > params.past_only_days and away > back / 3:
        return away < back and shift.sign * (median_until(adjusted, day, shift.window_days) - shift.reference) < back
    if not shift.restless and (shift.is_steady or day - shift.start_day < params.restless_days):
        return away < back
    days, share = (params.probation_days, 0.5) if shift.restless else (params.restless_days, 1.0)
    return away < back and shift.sign * (median_until(adjusted, day, days) - shift.reference) < share * back


def first_day_back(shift: Shift, day: int, adjusted: Sequence[float]) -> int:
    """The day from which on the channel was back, as far as the days up to the recovery show it."""
    half = min(shift.limit, shift.size) / 2
    stop = day + 1
    while stop - 1 > shift.alert_day and not shift.sign * (adjusted[stop - 1] - shift.reference) >= half:
        stop -= 1
    return stop


def has_turned(shift: Shift, last: Values, limit: float) -> bool:
    """Whether a voltage ended the day on the other side.

    Args:
        shift: what goes on.
        last: logarithms of the day's last hours, as many as make a voltage away.
        limit: of a single day on that side.
    """
    return bool((-shift.sign * (last - shift.reference) > limit).all())


class ShortEvents:
    """What short events that ended by themselves say of a client: a habit, or a new rhythm of its week."""

    def __init__(self) -> None:
        self._stops: list[int] = []

    def learn(
        self,
        shift: Shift,
        stop: int,
        weekdays: WeekdayEffects,
        windows: Iterable[int],
        levels: Values,
        adjusted: Sequence[float],
    ) -> Excursion:
        """Take in one that ended before the day `stop`; several within weeks are a new rhythm of the week.

        Args:
            shift: what is over.
            stop: first day that is back.
            weekdays: what each weekday is by itself, which learns such a rhythm.
            windows: days of the medians that are watched.
            levels: (days,) levels.
            adjusted: (days,) the same less their weekday's effect.

        Returns:
            How far each window was away, which may turn out to be a habit.
        """
        self._stops.append(stop)
        weeks = range(max(stop - 7 * RHYTHM_WEEKS, 0), stop)
        if sum(day in weeks for day in self._stops) >= RHYTHM_EVENTS:
            known = [day for day in weeks if np.isfinite(levels[day])]
            weekdays.learn_again((day, float(levels[day]) - shift.reference) for day in known)
            self._stops = []
        peaks = {}
        for days in windows:
            if days < 2 * (stop - shift.start_day):
                during = range(shift.start_day, stop)
                medians = [median_until(adjusted, day, days) - shift.reference for day in during]
                peaks[days] = max((shift.sign * each for each in medians if np.isfinite(each)), default=0.0)
        return Excursion(shift.start_day, stop, shift.sign, shift.reference, shift.limit, peaks)
