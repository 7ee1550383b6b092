"""Shifts of a channel's daily level as they would have been noticed at each midnight, from the days before it.

The reference is the median of the last unflagged days and is frozen while a shift goes on. A level that has lasted long
enough is accepted as usual; a return to a level that was usual before raises nothing. A level that the
client takes up again after a standstill, and that outweighs the reference, becomes usual too; then the reference was
the exception, and a return to it is a shift.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vigia.config.detection import LevelParams
from vigia.detection.components import Component, Series, Values
from vigia.detection.levels import UNTIL_NEVER, Limit, floor_of, level_kind, log_levels, refine, running_median
from vigia.detection.recent import RecentMedian
from vigia.detection.recurrence import Reference, days_of_usual

LONGEST_ONSET_DAYS = 5


def past_only(series: Series, channel: str, params: LevelParams) -> list[Component]:
    """Shifts of a channel; every column says what was known at the hour in `alert` or `recovery`."""
    whole = len(series.values[channel]) // 24
    daily = series.daily(channel)
    levels = log_levels(daily, params.min_reference_days)[:whole]
    recent = running_median(levels, params.past_only_days, centred=False)
    idle = float(np.log(floor_of(daily, params.min_reference_days)))
    watch = _Watch(series, channel, params, levels.tolist(), recent, idle)
    for day, median in zip(
        np.flatnonzero(np.isfinite(levels)).tolist(), recent[np.isfinite(levels)].tolist(), strict=True
    ):
        watch.see(day, median)
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

    def __init__(
        self, series: Series, channel: str, params: LevelParams, levels: list[float], recent: Values, idle: float
    ) -> None:
        self.series, self.channel, self.params = series, channel, params
        self.levels, self.recent, self.idle = levels, recent, idle
        self.limit = Limit.of(params.past_only_ratio, params.past_only_days, params.noise_factor)
        self.quiet = RecentMedian(params.reference_days)
        self.noise = RecentMedian(2 * params.reference_days)
        self.former: list[float] = []
        self.shift: _Shift | None = None
        self.found: list[Component] = []
        self.weighed_until = 0
        self.away_days = 0

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

    def _keep(self, day: int, residual: float) -> None:
        self.quiet.add(self.levels[day])
        self.noise.add(abs(residual))

    def _compare(self, day: int, median: float) -> None:
        reference, limit = self.quiet.median, self.limit.at(self.noise.median)
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
        self.away_days += day - start
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
        limit = self.limit.at(self.noise.median)
        away = shift.sign * (median - shift.reference)
        shift.deviations.append(away / limit)
        self.away_days += 1
        if away < self.params.hysteresis * limit:
            self._close(shift, day, self._ended(shift, day, limit))
            for back in range(max(day + 1 - self.params.past_only_days, 0), day + 1):
                if np.isfinite(self.levels[back]):
                    self._keep(back, 0.0)
        elif day - shift.start_day > max(self.params.accept_days, 2 * shift.known_days):
            self.former.append(shift.reference)
            self._accept(shift, day, range(shift.start_day, day + 1))
        else:
            usual = self._recurring(shift, day, limit)
            if usual:
                self._accept(shift, day, usual)

    def _recurring(self, shift: _Shift, day: int, limit: float) -> list[int]:
        """Days on today's level, where that is the usual one by now."""
        if self.away_days < max(self.params.recur_days, shift.known_days):
            return []
        reference = Reference(shift.reference, self.params.hysteresis * limit, shift.known_days)
        days = days_of_usual(self.recent[: day + 1], self.weighed_until, self.idle, reference, self.params)
        return [int(each) for each in days]

    def _accept(self, shift: _Shift, day: int, days: Iterable[int]) -> None:
        """The level of these days is usual from now on; the shift ends with that."""
        self._close(shift, day, 24 * (day + 1))
        known = [self.levels[each] for each in days if np.isfinite(self.levels[each])]
        self.quiet = RecentMedian(self.params.reference_days, known)
        usual = float(np.median(known))
        for level in known:
            self.noise.add(abs(level - usual))
        self.weighed_until, self.away_days = day + 1, 0

    def _close(self, shift: _Shift, day: int, stop: int) -> None:
        self.found.append(self._component(shift, stop, 24 * (day + 1)))
        self.shift = None

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
