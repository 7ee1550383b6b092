"""Shifts of a channel's daily level as they would have been noticed at each midnight, from the days before it.

The reference is the median of the last unflagged days and is frozen while a shift goes on. A level that has lasted long
enough is accepted as usual; a return to a level that was usual before raises nothing.
"""

from dataclasses import dataclass

import numpy as np

from vigia.config.detection import LevelParams
from vigia.detection.components import Component, Series
from vigia.detection.levels import UNTIL_NEVER, level_kind, limit_of, log_levels, refine, running_median
from vigia.detection.recent import RecentMedian

LONGEST_ONSET_DAYS = 5


def past_only(series: Series, channel: str, params: LevelParams) -> list[Component]:
    """Shifts of a channel; every column says what was known at the hour in `alert` or `recovery`."""
    whole = len(series.values[channel]) // 24
    levels = log_levels(series.daily(channel), params.min_reference_days)[:whole]
    watch = _Watch(series, channel, params, levels.tolist())
    recent = running_median(levels, params.past_only_days, centred=False).tolist()
    for day in np.flatnonzero(np.isfinite(levels)).tolist():
        watch.see(day, recent[day])
    return watch.finish()


@dataclass
class _Shift:
    """A shift that goes on."""

    start_day: int
    alert_day: int
    sign: int
    reference: float
    known_days: int
    deviations: list[float]


class _Watch:
    """What is believed of one channel after each day: its usual level, its noise, and whether a shift goes on."""

    def __init__(self, series: Series, channel: str, params: LevelParams, levels: list[float]) -> None:
        self.series, self.channel, self.params, self.levels = series, channel, params, levels
        self.quiet = RecentMedian(params.reference_days)
        self.noise = RecentMedian(2 * params.reference_days)
        self.former: list[float] = []
        self.shift: _Shift | None = None
        self.found: list[Component] = []

    def see(self, day: int, median: float) -> None:
        """Take in a day; `median` is the running median up to it."""
        if self.shift is not None:
            self._follow(self.shift, day, median)
        elif len(self.quiet) < self.params.min_reference_days:
            self._keep(day, 0.0)
        else:
            self._compare(day, median)

    def finish(self) -> list[Component]:
        """All shifts; the last one may go on."""
        if self.shift is not None:
            self.found.append(self._component(self.shift, self.series.hours, UNTIL_NEVER))
        return self.found

    def _limit(self) -> float:
        params = self.params
        return limit_of(self.noise.median, params.past_only_ratio, params.past_only_days, params.noise_factor)

    def _keep(self, day: int, residual: float) -> None:
        self.quiet.add(self.levels[day])
        self.noise.add(abs(residual))

    def _compare(self, day: int, median: float) -> None:
        reference, limit = self.quiet.median, self._limit()
        if abs(median - reference) <= limit:
            self._keep(day, self.levels[day] - reference)
            return
        usual = [level for level in self.former if abs(median - level) < self.params.hysteresis * limit]
        if usual:
            self.former.append(reference)
            self.quiet = RecentMedian(self.params.reference_days, usual[-1:] * self.params.min_reference_days)
            self.noise = RecentMedian(2 * self.params.reference_days, [self.noise.last] if len(self.noise) else [])
            return
        sign = 1 if median > reference else -1
        start = self._began(day, reference, limit, sign)
        self.quiet.drop(day - start)
        self.noise.drop(day - start)
        self.shift = _Shift(start, day, sign, reference, len(self.quiet), [abs(median - reference) / limit])

    def _began(self, day: int, reference: float, limit: float, sign: int) -> int:
        """First of the days up to `day` beyond half the limit, at most five back; single quiet ones are kept."""
        start = day
        for back in range(1, LONGEST_ONSET_DAYS + 1):
            if day - back < 0 or not sign * (self.levels[day - back] - reference) > limit / 2:
                break
            start = day - back
        return start

    def _follow(self, shift: _Shift, day: int, median: float) -> None:
        limit = self._limit()
        away = shift.sign * (median - shift.reference)
        shift.deviations.append(away / limit)
        accepted = day - shift.start_day > max(self.params.accept_days, 2 * shift.known_days)
        if away < self.params.hysteresis * limit and not accepted:
            self._close(shift, day, self._ended(shift, day, limit))
            self._resume(day, day + 1 - self.params.past_only_days)
        elif accepted:
            self._close(shift, day, 24 * (day + 1))
            self.former.append(shift.reference)
            self.quiet = RecentMedian(self.params.reference_days)
            self._resume(day, shift.start_day)

    def _close(self, shift: _Shift, day: int, stop: int) -> None:
        self.found.append(self._component(shift, stop, 24 * (day + 1)))
        self.shift = None

    def _resume(self, day: int, first_day: int) -> None:
        """Days from `first_day` on count as quiet."""
        for back in range(max(first_day, 0), day + 1):
            if np.isfinite(self.levels[back]):
                self._keep(back, 0.0)

    def _ended(self, shift: _Shift, day: int, limit: float) -> int:
        """The hour at which the channel came back, as far as the day of the recovery shows it."""
        stop = day + 1
        while stop - 1 > shift.alert_day and shift.sign * (self.levels[stop - 1] - shift.reference) < limit / 2:
            stop -= 1
        return refine(self.series.head(24 * (day + 1)), self.channel, stop, -shift.sign)

    def _component(self, shift: _Shift, stop: int, recovery: int) -> Component:
        alert = 24 * (shift.alert_day + 1)
        known = self.series.head(alert)
        start = min(refine(known, self.channel, shift.start_day, shift.sign), alert - 1)
        size = float(np.median(shift.deviations[:3]))
        kind = level_kind(self.channel, shift.sign, shift.sign * size * 0.34)
        return Component(self.channel, kind, start, max(stop, alert), alert, recovery, shift.sign, size)
