"""What a client should have consumed where there is no model: the same hours of its normal weeks.

The reference of an event is the median of the last four normal values of each hour of the week. Past-only it is what
was known when the event began, and stays that while the event lasts; two-sided it is the mean of the last normal weeks
before and the first ones after. What such a reference missed on normal days gives its interval.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.detection.events.severity import Reference
from vigia.detection.finding import Finding
from vigia.detection.people.accepted import accepted_by, normals
from vigia.detection.series import Series, Values
from vigia.models.history import same_weekday_median
from vigia.vocabulary import class_of

WEEK_DAYS = 7
ERROR_DAYS = 365
"""Normal days that say how far a reference misses: those of a year."""
MIN_ERROR_DAYS = 28
ERROR_SHARES = (0.025, 0.975)
RENEW_DAYS = 28


@dataclass(frozen=True)
class Normal:
    """The normal weeks of one client, as one mode knows them.

    Attributes:
        series: the client's channels.
        found: all findings of the mode, those that a site log explains too: such hours are not normal either.
        mode: past-only, a finding counts from the hour of its alert on.
    """

    series: Series
    found: list[Finding]
    mode: str

    def references(self, events: pd.DataFrame, channels: pd.DataFrame) -> dict[str, Reference]:
        """The reference of each event."""
        if self.mode == "two_sided":
            return dict.fromkeys(events["event_id"], self._whole(_daily_misses))
        starts = channels.loc[channels["channel"] == "active"].set_index("event_id")["start"].to_dict()
        unknown = np.full(self.series.hours, np.nan)
        nothing = Reference(unknown, unknown, unknown)
        alerts = dict(zip(events["event_id"], events["first_alert_at"], strict=True))
        begun = {event: (self.series.hour_of(starts[event]), alerts[event]) for event in alerts if event in starts}
        known = {event: self._at_onset(start, self.series.hour_of(alert)) for event, (start, alert) in begun.items()}
        return {event: known.get(event, nothing) for event in alerts}

    def hours(self) -> Reference:
        """The expectation of each hour, which its own value did not make, with what hours of normal days miss.

        Past-only, from earlier hours alone.
        """
        if self.mode == "two_sided":
            return self._whole(_hourly_misses)
        days = -(-self.series.hours // 24)
        alerts = {part.alert for part in self._masks if part.alert < self.series.hours}
        renewals = {24 * day for day in (*range(0, days, RENEW_DAYS), *self.series.resets) if day < days}
        renewals |= {part.recovery for part in self._accepted if part.recovery < self.series.hours}
        steps = sorted(alerts | renewals)
        out, lower, upper = (np.full(self.series.hours, np.nan) for _ in range(3))
        seen: dict[tuple[int, int], tuple[Values, Values]] = {}
        for start, stop in pairwise([*steps, self.series.hours]):
            key = (sum(part.alert <= start for part in self._masks), self._reset_before(start))
            if key not in seen:
                usable = self._usable(start)
                seen[key] = usable, _earlier(usable)
            usable, expected = seen[key]
            low, high = _hourly_misses((usable - expected)[: start // 24])
            known = expected.ravel()[start:stop]
            out[start:stop], lower[start:stop], upper[start:stop] = known, known + low, known + high
        return Reference(out, lower, upper)

    @cached_property
    def _masks(self) -> list[Finding]:
        return [part for part in self.found if part.channel == "active" and class_of(part.kind) == "consumption"]

    @cached_property
    def _accepted(self) -> list[Finding]:
        """Past-only: findings that are no exception any more from their recovery on."""
        return [part for part in self._masks if accepted_by(self.series, part) is not None]

    @cached_property
    def _days(self) -> Values:
        """(days, 24) active energy."""
        out = np.full(-(-self.series.hours // 24) * 24, np.nan)
        values = self.series.values.get("active", out[:0])
        out[: len(values)] = values
        return out.reshape(-1, 24)

    def _reset_before(self, hour: int) -> int:
        """The first day of the normal that holds at `hour`: the last that was announced, or accepted by a person."""
        announced = (day for day in self.series.resets if 24 * day <= hour)
        verdicts = (accepted_by(self.series, part) for part in self._accepted if part.recovery <= hour)
        accepted = (round(self.series.hour_of(each.start) / 24) for each in verdicts if each is not None)
        return max((*announced, *accepted), default=0)

    def _usable(self, known: int) -> Values:
        """(days, 24) hours that belong to no finding known at that hour, of the normal that holds then."""
        usable = self._days.copy()
        flat = usable.reshape(-1)
        for part in self._masks:
            if part.alert <= known and not (part in self._accepted and part.recovery <= known):
                flat[part.start : min(part.recovery, len(flat))] = np.nan
        usable[: self._reset_before(known)] = np.nan
        return usable

    def _at_onset(self, start: int, alert: int) -> Reference:
        """The usual week before hour `start`, without what was known at `alert` to be none, repeated from there on."""
        day = start // 24
        usable = np.full((day + WEEK_DAYS, 24), np.nan)
        usable[: day + 1] = self._usable(max(start, alert))[: day + 1]
        usable[day, start % 24 :] = np.nan
        usable[: self._reset_before(start)] = np.nan
        expected = _earlier(usable)
        low, high = _daily_misses((usable - expected)[:day])
        week = expected[day:].ravel()
        values = np.full(self.series.hours, np.nan)
        values[start:] = week[(np.arange(start, self.series.hours) - 24 * day) % len(week)]
        return Reference(values, values + low, values + high, _mean(week))

    def _whole(self, misses: Callable[[Values], tuple[float, float]]) -> Reference:
        usable = self._days.copy()
        flat = usable.reshape(-1)
        for part in self._masks:
            flat[part.start : part.stop] = np.nan
        expected, lower, upper = (np.full(usable.shape, np.nan) for _ in range(3))
        firsts = [day for day in normals(self.series, "active") if day < len(usable)]
        for start, stop in pairwise([0, *firsts, len(usable)]):
            around = _around(usable[start:stop])
            low, high = misses(usable[start:stop] - around)
            expected[start:stop], lower[start:stop], upper[start:stop] = around, around + low, around + high
        hours = self.series.hours
        return Reference(expected.ravel()[:hours], lower.ravel()[:hours], upper.ravel()[:hours], _mean(expected))


def _earlier(usable: Values) -> Values:
    """(days, 24) median of the last same hours of the week; NaN where the hour of the day was never known before."""
    known = np.isfinite(usable)
    before = np.vstack([np.zeros((1, 24), dtype=bool), np.logical_or.accumulate(known, axis=0)[:-1]])
    return np.where(before, same_weekday_median(usable, 0), np.nan)


def _around(usable: Values) -> Values:
    """(days, 24) mean of the usual hour before and after, or what there is of them."""
    both = np.stack([_earlier(usable), _earlier(usable[::-1])[::-1]])
    known = np.isfinite(both)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, both, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _daily_misses(errors: Values) -> tuple[float, float]:
    """Lower and upper end of what the totals of the last normal days missed, an hour; NaN where they are too few."""
    return _ends(errors.sum(axis=1), MIN_ERROR_DAYS, ERROR_DAYS, 24)


def _hourly_misses(errors: Values) -> tuple[float, float]:
    """The same of single hours."""
    return _ends(errors.ravel(), 24 * MIN_ERROR_DAYS, 24 * ERROR_DAYS, 1)


def _ends(errors: Values, least: int, most: int, hours: int) -> tuple[float, float]:
    known = errors[np.isfinite(errors)][-most:]
    if len(known) < least:
        return float("nan"), float("nan")
    low, high = np.quantile(known, ERROR_SHARES) / hours
    return min(float(low), 0.0), max(float(high), 0.0)


def _mean(values: npt.NDArray[np.float64]) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.abs(known).mean()) if len(known) else None
