"""Shifts of a channel's daily level as they would have been noticed at each midnight, from the days before it.

Medians of the last days are watched, from one to 42: what is large should be known at once, and what is small shows
only over many days. The usual level is where most of the last unflagged days lie, each less its weekday's own effect;
it is frozen while a shift goes on, and what lay between the parts of a restless event is not believed. Public holidays
say nothing of a client's level and are left out. A new weekly rhythm is raised once.

A level that has lasted long enough is accepted as usual; a return to a level that was usual before raises nothing. A
level that the client takes up again after a standstill, and that outweighs the reference, becomes usual too; then the
reference was the exception, and a return to it is a shift. A usual level that the client leaves again and again, for
most of the time, is given up.

While a shift goes on its own days are watched in the same way, so that a further step on its side is told of.
"""

import copy
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vigia.config.sections.screen import LevelParams
from vigia.detection.belief import Belief, Window
from vigia.detection.closures import Closures
from vigia.detection.components import Component, Series, Values
from vigia.detection.endings import ShortEvents, first_day_back, is_over, median_until
from vigia.detection.hours import first_away, first_mean_away
from vigia.detection.levels import (
    UNTIL_NEVER,
    Limit,
    floor_of,
    idle_days,
    level_kind,
    log_levels,
    refine,
    running_median,
)
from vigia.detection.onsets import first_day_away, is_new_rhythm
from vigia.detection.recurrence import Reference, days_of_usual
from vigia.detection.shifts import Shift
from vigia.detection.trust import Trust


def past_only(series: Series, channel: str, params: LevelParams) -> list[Component]:
    """Shifts of a channel; every column says what was known at the hour in `alert` or `recovery`."""
    whole = len(series.values[channel]) // 24
    daily = series.daily(channel)
    levels = log_levels(daily, params.min_reference_days)[:whole]
    if series.holiday is not None and not channel.startswith("voltage"):
        levels[series.holiday[:whole]] = np.nan
    recent = running_median(levels, params.past_only_days, centred=False)
    idle = float(np.log(floor_of(daily, params.min_reference_days)))
    watch = _Watch(series, channel, params.solved(), levels, recent, idle, idle_days(channel, daily))
    for day in np.flatnonzero(np.isfinite(levels)).tolist():
        watch.see(day)
    return watch.finish()


class _Watch:
    """What is believed of one channel after each day, and whether a shift goes on."""

    def __init__(
        self,
        series: Series,
        channel: str,
        params: LevelParams,
        levels: Values,
        recent: Values,
        idle: float,
        idle_days: npt.NDArray[np.bool_],
    ) -> None:
        self.series, self.channel, self.params = series, channel, params
        self.levels, self.recent, self.idle, self.idle_days = levels, recent, idle, idle_days
        self.adjusted = [float("nan")] * len(levels)
        self.belief = Belief(channel, params)
        self.former: list[float] = []
        self.shift: Shift | None = None
        self.found: list[Component] = []
        self.weighed_until = 0
        self.away_days = 0
        self.trust = Trust(params)
        self.quiet_days = 0
        self.returns = 0
        self.short = ShortEvents()
        self.resets = list(series.resets)
        self.inside: _Watch | None = None
        self.closures = Closures(series, channel, levels)

    def see(self, day: int) -> None:
        """Take in a day."""
        self._settle(day)
        if self.resets and day >= self.resets[0]:
            self._begin_anew(day)
        self.adjusted[day] = float(self.levels[day]) - self.belief.weekdays.of(day)
        if self.shift is not None:
            self._follow(self.shift, day)
            return
        if self.belief.days >= self.params.min_reference_days and self.closures.goes_on(day, self.belief.reference):
            self.adjusted[day] = float("nan")
            return
        self.trust.quiet(day, self.belief, self.adjusted)
        if self.belief.days < self.params.min_reference_days:
            if not self.idle_days[day]:
                self._keep(day)
        else:
            self._compare(day)

    def finish(self) -> list[Component]:
        """All shifts; the last one may go on."""
        self._settle(self.series.hours // 24)
        if self.shift is not None:
            self._end(self.shift, self.series.hours, UNTIL_NEVER)
        return self.found

    def _begin_anew(self, day: int) -> None:
        """Another normal is announced from this day on: what goes on ends, and the new level is learnt."""
        self.resets = [each for each in self.resets if each > day]
        if self.shift is not None:
            self._close(self.shift, day, 24 * day)
        self.belief.move([])
        self.trust.forget(day)

    def _settle(self, day: int) -> None:
        """End a shift that a person accepted before this day: the level of its days is usual from then on.

        They stand for as many days as are needed to go on watching at once.
        """
        shift = self.shift
        for each in self.series.accepted:
            last = each.end // 24 - 1
            if shift is None or last >= day or not each.holds(self.channel, shift.alert_hour):
                continue
            days = [back for back in range(shift.start_day, last + 1) if np.isfinite(self.levels[back])]
            usual = [back for back in days if not self.idle_days[back]]
            enough = self.params.min_reference_days + self.params.past_only_days
            self._accept(shift, last, usual * -(-enough // max(len(usual), 1)))
            return

    def _keep(self, day: int) -> None:
        self.quiet_days += 1
        self.belief.keep(day, float(self.levels[day]), self.adjusted[day])

    def _compare(self, day: int) -> None:
        belief = self.belief
        if self._raise_by_hours(day):
            return
        seen: list[tuple[Window, float, float]] = []
        for window in belief.windows:
            reference = window.reference(belief.reference)
            deviation = median_until(self.adjusted, day, window.days, self.trust.back_since) - reference
            sign = 1 if deviation > 0 else -1
            limit = belief.limit(window, sign)
            if window.is_known(belief.days, sign) and abs(deviation) > limit:
                if self._is_rhythm(day, window, deviation, limit):
                    self._keep(day)
                else:
                    self._raise(day, window, reference, deviation, limit)
                return
            if np.isfinite(deviation) and belief.days >= self.params.habit_from_days:
                seen.append((window, deviation, limit))
        for window, deviation, limit in seen:
            window.see(deviation, limit)
        self._keep(day)

    def _is_rhythm(self, day: int, window: Window, deviation: float, limit: float) -> bool:
        sign, since = (1 if deviation > 0 else -1), self.trust.back_since
        return is_new_rhythm(self.adjusted, day, window.days, sign, self.belief.reference, limit, since)

    def _raise(self, day: int, window: Window, reference: float, deviation: float, limit: float) -> None:
        near = self.params.hysteresis * limit
        usual = [level for level in self.former if abs(reference + deviation - level) < near]
        if usual:
            self.former.append(reference)
            self.belief.move(usual[-1:] * self.params.min_reference_days)
            self.trust.forget(day)
            return
        present, restless = self.belief, False
        if not window.is_slow:  # what is slow does not come and go
            self.belief, restless = self.trust.raised(day, limit, present, self.adjusted)
        sign = 1 if deviation > 0 else -1
        usual_level = reference if self.belief is present else self.belief.reference
        start = first_day_away(self.adjusted, day, window.days, sign, usual_level, limit, self.trust.back_since)
        self._open(start, day, 24 * (day + 1), window.days, deviation, limit, restless, window.is_slow)

    def _open(
        self,
        start: int,
        day: int,
        alert_hour: int,
        days: int,
        deviation: float,
        limit: float,
        restless: bool,
        is_slow: bool = False,
    ) -> None:
        self.trust.opened(start)
        self.belief.drop(day - start)
        self.away_days += day - start
        sign = 1 if deviation > 0 else -1
        reference, known = self.belief.reference, self.belief.days
        self.shift = Shift(
            start, day, alert_hour, days, sign, reference, known, limit, [abs(deviation)], restless, is_slow
        )
        self.inside = self._watch_of(start, day)

    def _watch_of(self, start: int, day: int) -> "_Watch":
        """A watch over the days of a shift by themselves; a month of them makes a level that can be left at once."""
        steps = {"min_reference_days": self.params.habit_from_days, "drift_windows": ()}
        params = self.params.model_copy(update=steps)
        inside = _Watch(self.series, self.channel, params, self.levels, self.recent, self.idle, self.idle_days)
        inside.belief.weekdays = copy.deepcopy(self.belief.weekdays)
        inside.resets, inside.trust.back_since = [], start
        for back in range(start, day + 1):
            if np.isfinite(self.levels[back]):
                inside.see(back)
        return inside

    def _has_turned(self, shift: Shift, day: int) -> bool:
        """Whether a voltage ended the day on the other side."""
        hours = self.params.voltage_hours
        last = self.series.values[self.channel][24 * (day + 1) - hours : 24 * (day + 1)]
        if not self.channel.startswith("voltage") or len(last) < hours:
            return False
        away = np.log(np.maximum(last, np.exp(self.idle))) - shift.reference
        return bool((-shift.sign * away > self.belief.limit(self.belief.windows[0], -shift.sign)).all())

    def _raise_by_hours(self, day: int) -> bool:
        """Raise at the hour at which a channel has been away for long enough, without waiting for midnight.

        Long enough is the mean of 24 hours that end at any hour, and of voltages half a day of hours that are all away.
        Energies are looked at so often at the price of a wider limit.
        """
        is_voltage = self.channel.startswith("voltage")
        window, hours = self.belief.windows[0], self.params.voltage_hours
        first = max(24 * day - 23, 24 * self.trust.back_since)
        values = self.series.values[self.channel][first : 24 * (day + 1)]
        if not window.is_known(self.belief.days, 1) or len(values) < hours:
            return False
        effects = np.array([self.belief.weekdays.of(day - 1), self.belief.weekdays.of(day)])
        if not is_voltage and not np.isfinite(self.adjusted[day - 1]):
            effects[0] = np.nan
        usual = self.belief.reference + effects[(np.arange(first, first + len(values)) >= 24 * day).astype(int)]
        away = np.log(np.maximum(values, np.exp(self.idle))) - usual
        for sign in (1, -1):
            if not window.is_known(self.belief.days, sign):
                continue
            limit = self.belief.limit(window, sign) * (1 if is_voltage else self.params.hours_margin)
            after = first_away(sign, away, limit, hours) if is_voltage else first_mean_away(sign, away, limit)
            if after is not None:
                last = first + after
                self.belief, restless = self.trust.raised(day, limit, self.belief, self.adjusted)
                known = away[np.isfinite(away)][-hours:]
                deviation = sign * max(sign * float(np.median(known)), limit)
                start = min((last - (hours if is_voltage else 24)) // 24, day)
                self._open(start, day, last, window.days, deviation, limit, restless)
                return True
        return False

    def _follow(self, shift: Shift, day: int) -> None:
        away = shift.sign * (median_until(self.adjusted, day, self.params.past_only_days) - shift.reference)
        self.away_days += 1
        if away != away:  # too few readings to say
            return
        shift.deviations.append(away)
        if self._has_turned(shift, day) or is_over(shift, day, away, self.adjusted, self.params):
            stop = first_day_back(shift, day, self.adjusted)
            self._close(shift, day, refine(self.series.head(24 * (day + 1)), self.channel, stop, -shift.sign))
            self.trust.returned(shift, stop, self.belief)
            if stop - shift.start_day <= self.params.habit_days:
                self.trust.excuse(self.short.learn(shift, stop, self.belief, self.levels, self.adjusted))
            self.returns += 1
            if self._is_erratic():
                self._start_again(day)
                return
            if self._has_turned(shift, day):
                self._raise_by_hours(day)
                return
            for back in range(max(stop, day + 1 - self.params.past_only_days), day + 1):
                if np.isfinite(self.levels[back]):
                    self._keep(back)
        elif day - shift.start_day > max(self.params.accept_days, 2 * shift.known_days) and not self.idle_days[day]:
            self.former.append(shift.reference)
            self._accept(shift, day, range(shift.start_day, day + 1))
        else:
            usual = self._recurring(shift, day)
            if usual:
                self._accept(shift, day, usual)
            elif self.inside is not None:
                self.inside.see(day)

    def _is_erratic(self) -> bool:
        """Whether the client left its usual level so often, and for so long, that it cannot be the usual one."""
        enough = self.returns >= self.params.erratic_returns and self.away_days >= self.params.recur_days
        return enough and self.away_days > 2 * self.quiet_days and not self.channel.startswith("voltage")

    def _start_again(self, day: int) -> None:
        """Believe what the last days show, all of them."""
        self.belief, self.trust = Belief(self.channel, self.params), Trust(self.params)
        for back in range(max(day + 1 - self.params.reference_days, 0), day + 1):
            if np.isfinite(self.levels[back]):
                self.adjusted[back] = float(self.levels[back])
                self._keep(back)
        self.away_days = self.quiet_days = self.returns = 0
        self.trust.back_since = self.weighed_until = day + 1

    def _recurring(self, shift: Shift, day: int) -> list[int]:
        """Days on today's level, where that is the usual one by now; never of voltages, which no client chooses."""
        if self.channel.startswith("voltage") or self.away_days < max(self.params.recur_days, shift.known_days):
            return []
        limit = Limit.of(self.params.past_only_ratio, self.params.past_only_days, self.params.noise_factor)
        near = self.params.hysteresis * limit.at(self.belief.noise)
        reference = Reference(shift.reference, near, shift.known_days)
        days = days_of_usual(self.recent[: day + 1], self.weighed_until, self.idle, reference, self.params)
        return [int(each) for each in days]

    def _accept(self, shift: Shift, day: int, days: Iterable[int]) -> None:
        """The level of these days is usual from now on; the shift ends with that."""
        self._close(shift, day, 24 * (day + 1))
        self.belief.move([float(self.levels[each]) for each in days if np.isfinite(self.levels[each])])
        self.weighed_until, self.away_days = day + 1, 0
        self.trust.forget(day + 1)

    def _close(self, shift: Shift, day: int, stop: int) -> None:
        self._end(shift, stop, max(24 * (day + 1), shift.alert_hour))
        self.shift = None

    def _end(self, shift: Shift, stop: int, recovery: int) -> None:
        """What was found of a shift, with its further steps on the same side: none outlasts it."""
        self.found.append(self._component(shift, stop, recovery))
        if self.inside is None:
            return
        if self.inside.shift is not None:
            self.inside._end(self.inside.shift, stop, recovery)
        self.found += [replace(part, deeper=True) for part in self.inside.found if part.sign == shift.sign]
        self.inside = None

    def _component(self, shift: Shift, stop: int, recovery: int) -> Component:
        alert = shift.alert_hour
        known = self.series.head(alert)
        start = min(refine(known, self.channel, shift.start_day, shift.sign), alert - 1)
        deviation = float(np.median(shift.deviations[:3]))
        kind = "slow_drift" if shift.is_slow else level_kind(self.channel, shift.sign, shift.sign * deviation)
        score = deviation / shift.limit
        return Component(self.channel, kind, start, max(stop, alert), alert, recovery, shift.sign, score)
