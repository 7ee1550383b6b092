"""Shifts of a channel's daily level as they would have been noticed at each midnight, from the days before it.

Medians of the last days are watched, from one to 42: what is large should be known at once, and what is small shows
only over many days. The usual level is where most of the last unflagged days lie, each less its weekday's own effect;
it is frozen while a shift goes on, and what lay between the parts of a restless event is not learnt. Public holidays
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

from vigia.config.sections.screen import LevelParams
from vigia.detection.checkpoints import follow
from vigia.detection.closures import Closures
from vigia.detection.detectors.levels.baseline import Baseline, Window
from vigia.detection.detectors.levels.channel import Channel
from vigia.detection.detectors.levels.endings import ShortEvents, first_day_back, has_turned, is_over, median_until
from vigia.detection.detectors.levels.onsets import first_away, first_day_away, first_mean_away, is_new_rhythm
from vigia.detection.detectors.levels.probation import Probation
from vigia.detection.detectors.levels.shifts import Shift
from vigia.detection.detectors.levels.tenure import Tenure
from vigia.detection.finding import UNTIL_NEVER, Finding
from vigia.detection.series import Series


def past_only(series: Series, channel: str, params: LevelParams) -> list[Finding]:
    """Shifts of a channel; every column says what was known at the hour in `alert` or `recovery`."""
    watched, solved = Channel.of(series, channel, params), params.solved()
    closures = Closures(series, channel, watched.levels)
    around = {"channel": watched, "closures": closures, "params": solved, "inside": _inside(solved)}
    watch = follow(
        series.checkpoints,
        f"levels of {channel}",
        watched.reads(params, closures.reads),
        watched.known_days(0, len(watched.levels)),
        around,
        lambda: _Watch(watched, closures, solved),
        _Watch.see,
    )
    return watch.finish()


def _inside(params: LevelParams) -> LevelParams:
    """Parameters of a watch over the days of a shift; a month of them makes a level that can be left at once."""
    return params.model_copy(update={"min_reference_days": params.habit_from_days, "drift_windows": ()})


class _Watch:
    """The baseline of one channel after each day, and the shift that goes on, if there is one."""

    def __init__(self, channel: Channel, closures: Closures, params: LevelParams, is_inside: bool = False) -> None:
        self.channel, self.closures, self.params, self.is_inside = channel, closures, params, is_inside
        self.adjusted: list[float] = []
        self.begun = -1
        self.baseline = Baseline(channel.name, params)
        self.probation: Probation[Baseline] = Probation(params)
        self.tenure = Tenure(params, channel.is_voltage)
        self.short = ShortEvents()
        self.shift: Shift | None = None
        self.inside: _Watch | None = None
        self.found: list[Finding] = []

    def see(self, day: int) -> None:
        """Take in a day."""
        self.adjusted += [float("nan")] * (day + 1 - len(self.adjusted))
        self._settle(day)
        if not self.is_inside and any(self.begun < each <= day for each in self.channel.series.resets):
            self._begin_anew(day)
        self.adjusted[day] = self._level(day) - self.baseline.weekdays.of(day)
        if self.shift is not None:
            self._follow(self.shift, day)
            return
        if self.baseline.days >= self.params.min_reference_days and self.closures.goes_on(day, self.baseline.reference):
            self.adjusted[day] = float("nan")
            return
        for habit in self.probation.quiet(day, self.adjusted):
            self.baseline.learn(habit)
        if self.baseline.days < self.params.min_reference_days:
            if not self.channel.idle_days[day]:
                self._keep(day)
        else:
            self._compare(day)

    def finish(self) -> list[Finding]:
        """All shifts; the last one may go on."""
        self._settle(self.channel.series.hours // 24)
        if self.shift is not None:
            self._end(self.shift, self.channel.series.hours, UNTIL_NEVER)
        return self.found

    def _level(self, day: int) -> float:
        return float(self.channel.levels[day])

    def _begin_anew(self, day: int) -> None:
        """Another normal is announced from this day on: what goes on ends, and the new level is learnt."""
        self.begun = day
        if self.shift is not None:
            self._close(self.shift, day, 24 * day)
        self.baseline.move([])
        self.probation.forget(day)

    def _settle(self, day: int) -> None:
        """End a shift that a person accepted before this day: the level of its days is usual from then on.

        They stand for as many days as are needed to go on watching at once.
        """
        shift = self.shift
        for each in self.channel.series.accepted:
            last = each.end // 24 - 1
            if shift is None or last >= day or not each.holds(self.channel.name, shift.alert_hour):
                continue
            days = self.channel.known_days(shift.start_day, last + 1)
            usual = [back for back in days if not self.channel.idle_days[back]]
            enough = self.params.min_reference_days + self.params.past_only_days
            self._accept(shift, last, usual * -(-enough // max(len(usual), 1)))
            return

    def _keep(self, day: int) -> None:
        self.tenure.quiet()
        self.baseline.keep(day, self._level(day), self.adjusted[day])

    def _compare(self, day: int) -> None:
        baseline = self.baseline
        if self._raise_by_hours(day):
            return
        seen: list[tuple[Window, float, float]] = []
        for window in baseline.windows:
            reference = window.reference(baseline.reference)
            deviation = median_until(self.adjusted, day, window.days, self.probation.back_since) - reference
            sign = 1 if deviation > 0 else -1
            limit = baseline.limit(window, sign)
            if window.is_known(baseline.days, sign) and abs(deviation) > limit:
                if self._is_rhythm(day, window, deviation, limit):
                    self._keep(day)
                else:
                    self._raise(day, window, reference, deviation, limit)
                return
            if np.isfinite(deviation) and baseline.days >= self.params.habit_from_days:
                seen.append((window, deviation, limit))
        for window, deviation, limit in seen:
            window.see(deviation, limit)
        self._keep(day)

    def _is_rhythm(self, day: int, window: Window, deviation: float, limit: float) -> bool:
        sign, since = (1 if deviation > 0 else -1), self.probation.back_since
        return is_new_rhythm(self.adjusted, day, window.days, sign, self.baseline.reference, limit, since)

    def _raise(self, day: int, window: Window, reference: float, deviation: float, limit: float) -> None:
        usual = self.tenure.usual_before(reference + deviation, self.params.hysteresis * limit)
        if usual is not None:
            self.tenure.former.append(reference)
            self.baseline.move([usual] * self.params.min_reference_days)
            self.probation.forget(day)
            return
        present, restless = self.baseline, False
        if not window.is_slow:  # what is slow does not come and go
            self.baseline, restless = self.probation.raised(day, limit, present, self.adjusted)
        sign = 1 if deviation > 0 else -1
        usual_level = reference if self.baseline is present else self.baseline.reference
        start = first_day_away(self.adjusted, day, window.days, sign, usual_level, limit, self.probation.back_since)
        self._open(start, day, 24 * (day + 1), window, deviation, limit, restless)

    def _open(
        self, start: int, day: int, alert_hour: int, window: Window, deviation: float, limit: float, restless: bool
    ) -> None:
        self.probation.opened(start)
        self.baseline.drop(day - start)
        self.tenure.away(day - start)
        sign = 1 if deviation > 0 else -1
        reference, known, sizes = self.baseline.reference, self.baseline.days, [abs(deviation)]
        slow = window.is_slow
        self.shift = Shift(start, day, alert_hour, window.days, sign, reference, known, limit, sizes, restless, slow)
        self.inside = self._watch_of(start, day)

    def _watch_of(self, start: int, day: int) -> "_Watch":
        """A watch over the days of a shift by themselves."""
        inside = _Watch(self.channel, self.closures, _inside(self.params), is_inside=True)
        inside.baseline.weekdays = copy.deepcopy(self.baseline.weekdays)
        inside.probation.back_since = start
        for back in self.channel.known_days(start, day + 1):
            inside.see(back)
        return inside

    def _has_turned(self, shift: Shift, day: int) -> bool:
        """Whether a voltage ended the day on the other side."""
        hours = self.params.voltage_hours
        last = self.channel.hours(24 * (day + 1) - hours, 24 * (day + 1))
        if not self.channel.is_voltage or len(last) < hours:
            return False
        return has_turned(shift, last, self.baseline.limit(self.baseline.windows[0], -shift.sign))

    def _raise_by_hours(self, day: int) -> bool:
        """Raise at the hour at which a channel has been away for long enough, without waiting for midnight."""
        is_voltage, hours = self.channel.is_voltage, self.params.voltage_hours
        window, first = self.baseline.windows[0], max(24 * day - 23, 24 * self.probation.back_since)
        levels = self.channel.hours(first, 24 * (day + 1))
        if not window.is_known(self.baseline.days, 1) or len(levels) < hours:
            return False
        effects = np.array([self.baseline.weekdays.of(day - 1), self.baseline.weekdays.of(day)])
        if not is_voltage and not np.isfinite(self.adjusted[day - 1]):
            effects[0] = np.nan
        usual = self.baseline.reference + effects[(np.arange(first, first + len(levels)) >= 24 * day).astype(int)]
        away = levels - usual
        for sign in (1, -1):
            if not window.is_known(self.baseline.days, sign):
                continue
            limit = self.baseline.limit(window, sign) * (1 if is_voltage else self.params.hours_margin)
            after = first_away(sign, away, limit, hours) if is_voltage else first_mean_away(sign, away, limit)
            if after is not None:
                last = first + after
                self.baseline, restless = self.probation.raised(day, limit, self.baseline, self.adjusted)
                known = away[np.isfinite(away)][-hours:]
                deviation = sign * max(sign * float(np.median(known)), limit)
                start = min((last - (hours if is_voltage else 24)) // 24, day)
                self._open(start, day, last, window, deviation, limit, restless)
                return True
        return False

    def _follow(self, shift: Shift, day: int) -> None:
        away = shift.sign * (median_until(self.adjusted, day, self.params.past_only_days) - shift.reference)
        self.tenure.away()
        if away != away:  # too few readings to say
            return
        shift.deviations.append(away)
        if self._has_turned(shift, day) or is_over(shift, day, away, self.adjusted, self.params):
            self._return(shift, day)
        elif (
            day - shift.start_day > max(self.params.accept_days, 2 * shift.known_days)
            and not self.channel.idle_days[day]
        ):
            self.tenure.former.append(shift.reference)
            self._accept(shift, day, range(shift.start_day, day + 1))
        else:
            recent = self.channel.recent[: day + 1]
            usual = self.tenure.recurring(recent, self.channel.idle, shift, self.baseline.noise)
            if usual:
                self._accept(shift, day, usual)
            elif self.inside is not None:
                self.inside.see(day)

    def _return(self, shift: Shift, day: int) -> None:
        """The channel is back: on its usual level, or a voltage on the other side of it."""
        stop = first_day_back(shift, day, self.adjusted)
        self._close(shift, day, self.channel.step(stop, -shift.sign, 24 * (day + 1)))
        self.probation.returned(shift, stop, self.baseline)
        if stop - shift.start_day <= self.params.habit_days:
            windows, weekdays = [window.days for window in self.baseline.windows], self.baseline.weekdays
            learnt = self.short.learn(shift, stop, weekdays, windows, self.channel.levels, self.adjusted)
            self.probation.excuse(learnt)
        self.tenure.returned()
        if self.tenure.is_erratic:
            self._start_again(day)
        elif self._has_turned(shift, day):
            self._raise_by_hours(day)
        else:
            for back in self.channel.known_days(max(stop, day + 1 - self.params.past_only_days), day + 1):
                self._keep(back)

    def _start_again(self, day: int) -> None:
        """Learn the baseline from the last days, all of them."""
        self.baseline, self.probation = Baseline(self.channel.name, self.params), Probation(self.params)
        for back in self.channel.known_days(max(day + 1 - self.params.reference_days, 0), day + 1):
            self.adjusted[back] = self._level(back)
            self._keep(back)
        self.tenure.start_again(day)
        self.probation.back_since = day + 1

    def _accept(self, shift: Shift, day: int, days: Iterable[int]) -> None:
        """The level of these days is usual from now on; the shift ends with that."""
        self._close(shift, day, 24 * (day + 1))
        self.baseline.move([self._level(each) for each in days if np.isfinite(self.channel.levels[each])])
        self.tenure.accepted(day)
        self.probation.forget(day + 1)

    def _close(self, shift: Shift, day: int, stop: int) -> None:
        self._end(shift, stop, max(24 * (day + 1), shift.alert_hour))
        self.shift = None

    def _end(self, shift: Shift, stop: int, recovery: int) -> None:
        """What was found of a shift, with its further steps on the same side: none outlasts it."""
        self.found.append(self.channel.finding(shift, stop, recovery))
        if self.inside is None:
            return
        if self.inside.shift is not None:
            self.inside._end(self.inside.shift, stop, recovery)
        self.found += [replace(part, deeper=True) for part in self.inside.found if part.sign == shift.sign]
        self.inside = None
