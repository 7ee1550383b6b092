"""Days whose hours come in another order than the client's: read backwards, or with a clock that is off.

Two orders are compared for each day: the expected one, x, and another one of it, x' (mirrored, or moved by some hours).
How much better the day z agrees with the first, t = <z, x - x'> / |x - x'|, is known from the days before: mean m,
standard deviation s. If the day came in the other order, t would be that of a usual day with the other sign, so the
logarithm of the likelihood ratio of the two is -2 m t / s^2. It is cumulated from where it last was zero (CUSUM, Page
1954), of one day no more than `MOST_OF_A_DAY`: however strange, one day is no witness. A limit of log(n) is passed by
chance once in n days at most (Lorden 1971), which makes it from the number of false alarms that are accepted. Clients
whose hours say nothing have an m of zero, and nothing is ever raised of them.

Energy of the day, level and noise do not enter. The mirrored day is type 6 of Jokar, Arianpoor and Leung (2016), and
reactive energy, which keeps its hours, is a witness against it; a clock moves both.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vigia.config.sections.screen import LevelParams, ShapeParams
from vigia.detection.checkpoints import Reads, follow
from vigia.detection.detectors.levels.excursions import DAYS_PER_MONTH
from vigia.detection.detectors.shape.hour_profile import FEWEST_DAYS, HOURS, Flags, HourProfile, Moments, standardised
from vigia.detection.detectors.shape.orders import LAGS, MIRRORED, ORDERS, Day, agreement, is_mirrored, restored
from vigia.detection.finding import UNTIL_NEVER, Finding
from vigia.detection.series import Series, Values

Days = npt.NDArray[np.int64]
MOST_OF_A_DAY = 3.0
RESTORED = 0.8
"""Share of the usual agreement, and of what it is above that with the other order, that an order must restore."""
LEFT = 0.5
"""Share of the restored agreement that days with another clock may have with the usual one."""
LONGEST_DOUBT_DAYS = 60
LEAST_SPREAD = 0.25
WAIT_DAYS = 3
DOUBT = 1 / 3
"""Share of the limit from which on days are not learnt until it is known what comes of them."""
BACK = 6.0
CLOCK_DAYS = 21
"""What a clock says is usual after so long."""


@dataclass
class Raised:
    """A mirrored day that goes on."""

    start: int
    alert: int
    score: float
    back: float = 0.0
    last: int = 0


def order_changes(
    series: Series, since: Days, reactive_since: Days, params: ShapeParams, levels: LevelParams
) -> list[Finding]:
    """Findings of kind `shape_change` (mirrored days) and `clock_shift`, past-only in all columns.

    Args:
        series: the client's channels; without reactive energy the past alone says what is expected.
        since: (days,) by the end of each day, since which day active energy was known to be away; -1 = it was not.
            Such days are neither judged nor learnt.
        reactive_since: (days,) the same of reactive energy, which is no witness then.
        params: share of the accepted false alarms.
        levels: how many are accepted, and how many days are usual.
    """
    hours = standardised(series.values["active"])
    reactive = np.full_like(hours, np.nan)
    if "reactive" in series.values:
        beside = standardised(series.values["reactive"])[: len(hours)]
        reactive[: len(beside)] = beside
    reactive[reactive_since[: len(hours)] >= 0] = np.nan

    def see(watch: _Watch, day: int) -> None:
        watch.begin(day)
        if since[day] >= 0:
            watch.drop(int(since[day]))
        else:
            watch.see(day, hours[day], reactive[day] if np.isfinite(reactive[day, 0]) else None)

    limits = limits_of(params, levels)
    accepted = [(each.end // HOURS, f"{each.end} {sorted(each.parts)}") for each in series.accepted]
    watch = follow(
        series.checkpoints,
        "order of hours",
        Reads(
            f"{limits.tolist()} {levels.model_dump_json()}",
            [*((day, "reset") for day in series.resets), *accepted],
            [(hours.ravel(), HOURS), (reactive.ravel(), HOURS), (since[: len(hours)], 1)],
        ),
        np.flatnonzero(hours.any(axis=1) & np.isfinite(hours[:, 0])).tolist(),
        {"series": series, "limits": limits, "levels": levels},
        lambda: _Watch(series, limits, levels),
        see,
    )
    return watch.finish()


def limits_of(params: ShapeParams, levels: LevelParams) -> Values:
    """(orders,) cumulated logarithms that mirrored days, and all lags together, pass by chance as often as is accepted.

    >>> limits_of(ShapeParams(), LevelParams())[:2].round(1).tolist()
    [8.7, 11.8]
    """
    rate = max(levels.false_alarms_per_month * params.alarm_share, 1e-6)
    return np.asarray(np.log(np.array([1, *[len(LAGS)] * len(LAGS)]) * DAYS_PER_MONTH / rate))


class _Watch:
    """The profile of a day's hours after each day, and whether they are mirrored now."""

    def __init__(self, series: Series, limits: Values, levels: LevelParams) -> None:
        self.series, self.limits, self.levels = series, limits, levels
        self.begun = -1
        self.found: list[Finding] = []
        self._forget()

    def _forget(self) -> None:
        self.profile = HourProfile(self.levels.reference_days)
        self.usual = Moments(self.levels.reference_days, LEAST_SPREAD)
        self.plain = Moments(self.levels.reference_days, LEAST_SPREAD)
        self.waiting: list[Day] = []
        self.raised: Raised | None = None
        self._clear(-1)

    def _clear(self, day: int) -> None:
        """Begin to cumulate anew after a day."""
        self.sums, self.agreed = np.zeros(len(ORDERS)), np.zeros(len(ORDERS))
        self.zeros, self.counts = np.full(len(ORDERS), day), np.zeros(len(ORDERS))

    def begin(self, day: int) -> None:
        """What is known at the midnight before a day: another normal was announced or accepted."""
        if any(self.begun < each <= day for each in self.series.resets):
            self.begun = day
            self._end(day, day)
            self._forget()
        raised = self.raised
        for each in self.series.accepted:
            if raised is not None and each.end <= HOURS * day and each.holds("shape_change", raised.alert):
                self._end(each.end // HOURS, each.end // HOURS)
                self._forget()
                return

    def drop(self, since: int) -> None:
        """Days from this one on are away by themselves."""
        self.waiting = [each for each in self.waiting if each.day < since]

    def see(self, day: int, hours: Values, reactive: Values | None) -> None:
        """Take in a day."""
        witnesses = self.profile.witnesses(day, reactive)
        expected = self.profile.expected(witnesses) if witnesses is not None else None
        agreed = agreement(hours, expected) if expected is not None else None
        self.waiting.append(Day(day, hours, witnesses, agreed, expected))
        if agreed is not None and len(self.usual) >= FEWEST_DAYS:
            mean, spread = self.usual.surely()
            gain = np.clip(-2 * mean * agreed / spread**2, -MOST_OF_A_DAY, MOST_OF_A_DAY)
            if self.raised is not None:
                self._follow(self.raised, day, float(gain[MIRRORED]))
                return
            self._cumulate(day, gain, agreed, mean)
        if self.raised is None:
            self._learn(day)

    def finish(self) -> list[Finding]:
        """All findings; the last one may go on."""
        if self.raised is not None:
            self.found.append(self._mirrored(self.raised, self.series.hours, UNTIL_NEVER))
        return [replace(part, stop=max(min(part.stop, self.series.hours), part.alert)) for part in self.found]

    def _cumulate(self, day: int, gain: Values, agreed: Values, mean: Values) -> None:
        self.sums = np.maximum(self.sums + gain, 0.0)
        quiet = (self.sums <= 0) | (day - self.zeros > LONGEST_DOUBT_DAYS)
        self.sums[quiet] = 0.0
        self.zeros = np.where(quiet, day, self.zeros)
        self.agreed = np.where(quiet, 0.0, self.agreed + agreed)
        self.counts = np.where(quiet, 0.0, self.counts + 1)
        over = (self.sums > self.limits) & (self.agreed <= -RESTORED * mean * self.counts)
        if over.any():
            best, start, fit = self._best(self.sums > DOUBT * self.limits)
            if fit and over[best]:
                self._raise(day, best, start)

    def _best(self, able: Flags) -> tuple[int, int, bool]:
        """The order, of those in question, that restores most; the day it began; and whether it restores enough."""
        since = int(self.zeros[able].min())
        days = [each for each in self.waiting if each.day > since and each.expected is not None]
        agreed = np.array([restored(each) for each in days])
        lags = np.where(able, agreed.sum(axis=0)[: len(ORDERS)], -np.inf)
        lags[MIRRORED] = -np.inf
        inside = np.array([each.day > self.zeros[MIRRORED] for each in days])
        mirrored = bool(able[MIRRORED]) and is_mirrored(agreed[inside][:, : len(ORDERS)][:, able])
        best = MIRRORED if mirrored else int(np.argmax(lags))
        inside = np.array([each.day > self.zeros[best] for each in days])
        now = agreed[inside].mean(axis=0)
        fit = now[best] >= RESTORED * self.plain.surely()[0][0] and (best == MIRRORED or now[-1] <= LEFT * now[best])
        return best, next(each.day for each in days if each.day > self.zeros[best]), bool(fit)

    def _raise(self, day: int, best: int, start: int) -> None:
        score = float(self.sums[best] / self.limits[best])
        alert = HOURS * (day + 1)
        if best == MIRRORED:
            self.raised = Raised(HOURS * start, alert, score, last=day)
        else:
            usual_from = max(HOURS * (start + CLOCK_DAYS), alert)
            self.found.append(Finding("active", "clock_shift", HOURS * start, usual_from, alert, usual_from, 0, score))
            self.profile.move(LAGS[best - 1])
        self.waiting = [each for each in self.waiting if each.day < start]
        self._clear(day)

    def _learn(self, day: int) -> None:
        """Take in the days of which nothing came."""
        doubtful = self.sums > DOUBT * self.limits
        last = min(int(self.zeros[doubtful].min()) if doubtful.any() else day, day - WAIT_DAYS)
        while self.waiting and self.waiting[0].day <= last:
            each = self.waiting.pop(0)
            self.profile.learn(each.day, each.hours, each.witnesses)
            if each.agreed is not None:
                self.usual.add(each.agreed)
                self.plain.add(restored(each)[-2:-1])

    def _follow(self, raised: Raised, day: int, gain: float) -> None:
        raised.back = max(raised.back - gain, 0.0)
        if raised.back <= 0:
            raised.last = day
        if raised.back > BACK:
            self._end(raised.last + 1, day + 1)
        elif HOURS * day - raised.start > HOURS * self.levels.accept_days:
            self._end(day + 1, day + 1)
            self._forget()

    def _end(self, stop_day: int, known_day: int) -> None:
        if self.raised is not None:
            stop = max(HOURS * stop_day, self.raised.alert)
            self.found.append(self._mirrored(self.raised, stop, max(HOURS * known_day, stop)))
            self.waiting = []
            self.raised = None
            self._clear(known_day - 1)

    def _mirrored(self, raised: Raised, stop: int, recovery: int) -> Finding:
        return Finding("active", "shape_change", raised.start, stop, raised.alert, recovery, 0, raised.score)
