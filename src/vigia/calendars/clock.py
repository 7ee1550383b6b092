"""The local clock: times as places in days of 24 hours, and back. Nothing else turns one into the other.

A local day has 23, 24 or 25 hours where clocks change, and midnight may not exist at all. Models, detectors and bands
compare an hour with the same hour of other days, so they work on days of 24 *places*, one an hour of the clock. A
place that the clock skips has no hour; one that it repeats has two, and its value is the mean of both: the energy of
an hour, which is what it is compared with. What is summed or shown goes by the hours that happen, so energies add up.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

Places = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

DAY = 24
_HOUR, _MOMENT = pd.Timedelta(hours=1), pd.Timedelta(microseconds=1)
_KNOWN_CALENDARS = 32
_CALENDAR_DAYS = 512
"""Calendars are kept in steps of so many days, so that histories of all lengths share a few."""


@dataclass(frozen=True)
class Hours:
    """The hours that happen on some days, in order.

    Attributes:
        times: (n,) start of each hour.
        row: (n,) which of the asked days it belongs to.
        place: (n,) hour of the clock, 0 to 23.
    """

    times: pd.DatetimeIndex
    row: Places
    place: Places

    def __len__(self) -> int:
        """Number of hours."""
        return len(self.times)

    def of(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """(n, ...) the value of each hour, from (days, 24, ...) values of the asked days."""
        return values[self.row, self.place]


@dataclass(frozen=True)
class Clock:
    """Places counted from a local midnight in a zone.

    Attributes:
        first_day: local date whose midnight is place 0.
        zone: name of the zone.

    >>> clock = Clock(date(2024, 9, 7), "America/Santiago")  # on the 8th the clock goes from 24:00 to 01:00
    >>> clock.time(24).isoformat(), clock.time(25).isoformat(), clock.weights(2)[1, :3].tolist()
    ('2024-09-08T01:00:00-03:00', '2024-09-08T01:00:00-03:00', [0, 1, 1])
    """

    first_day: date
    zone: str

    @classmethod
    def of(cls, times: pd.Series | pd.DatetimeIndex, zone: str) -> "Clock":
        """From the midnight before the first of some times in order."""
        return cls(pd.Timestamp(pd.DatetimeIndex(times)[0]).tz_convert(zone).date(), zone)

    @property
    def first(self) -> pd.Timestamp:
        """Midnight of the first day on the wall, without a zone."""
        return pd.Timestamp(self.first_day)

    def places(self, times: pd.Series | pd.DatetimeIndex) -> Places:
        """(n,) place that each time falls into; negative before the first midnight."""
        return np.asarray((on_the_wall(times, self.zone) - self.first) // _HOUR, dtype=np.int64)

    def place(self, when: pd.Timestamp) -> int:
        """The place that a time falls into."""
        return int((when.tz_convert(self.zone).tz_localize(None) - self.first) // _HOUR)

    def spans(self, starts: pd.Series, ends: pd.Series) -> tuple[Places, Places]:
        """First place and the one after the last of intervals, each place that is touched counted."""
        first, last = self.places(starts), self.places(pd.DatetimeIndex(ends) - _MOMENT)
        return first, np.where(np.asarray(ends > starts), np.maximum(first, last) + 1, first)

    def day(self, when: pd.Timestamp) -> int:
        """Which day from the first one a time falls on."""
        return (when.tz_convert(self.zone).date() - self.first_day).days

    def time(self, place: int) -> pd.Timestamp:
        """Start of a place: of the first of two hours, and of the next hour where there is none."""
        return time_of(self.first + place * _HOUR, self.zone)

    def midnight(self, day: int) -> pd.Timestamp:
        """Start of a day, which is later than 00:00 where the clock skips that."""
        return start_of_day(self.first_day + timedelta(days=day), self.zone)

    def midnights(self, days: int) -> pd.DatetimeIndex:
        """(days,) start of each day."""
        return _calendar(self, _rounded(days)).midnights[:days]

    def weights(self, days: int) -> Places:
        """(days, 24) how many hours each place has: 0, 1 or 2."""
        return _calendar(self, _rounded(days)).weights[:days]

    def starts(self, days: int) -> Places:
        """(days + 1,) number of hours before each midnight."""
        return _calendar(self, _rounded(days)).starts[: days + 1]

    def hours(self, days: int | Places) -> Hours:
        """All hours of the first days, or of those that are named, in the order in which they are."""
        last = days if isinstance(days, int) else int(days.max(initial=-1)) + 1
        known = _calendar(self, _rounded(last))
        if isinstance(days, int):
            count = int(known.starts[days])
            return Hours(known.hours.times[:count], known.hours.row[:count], known.hours.place[:count])
        count_of = np.diff(known.starts)[days]
        begins = np.cumsum(count_of) - count_of
        taken = np.repeat(known.starts[days] - begins, count_of) + np.arange(count_of.sum())
        return Hours(known.hours.times[taken], np.repeat(np.arange(len(days)), count_of), known.hours.place[taken])

    def whole(self, times: pd.Series | pd.DatetimeIndex) -> int:
        """Number of places up to the last of some times in order; one that waits for its second hour is none yet.

        So a place never changes once it counts, whatever is read later.
        """
        last = pd.Timestamp(pd.DatetimeIndex(times)[-1])
        place = self.place(last)
        return place if self.place(last + _HOUR) == place else place + 1

    def mean(self, times: pd.Series | pd.DatetimeIndex, values: Values, size: int) -> Values:
        """(size,) values by place; NaN where there is none, the mean where there are several."""
        return mean_by_place(self.places(times), values, size)


def mean_by_place(place: Places, values: Values, size: int) -> Values:
    """(size,) values by place; NaN where there is none, the mean where there are several.

    >>> mean_by_place(np.array([0, 2, 2, 9]), np.array([1.0, 2.0, 4.0, 5.0]), 4).tolist()
    [1.0, nan, 3.0, nan]
    """
    known = np.isfinite(values) & (place >= 0) & (place < size)
    place, values = place[known], values[known]
    out = np.full(size, np.nan)
    if (np.diff(place) > 0).all():
        out[place] = values
        return out
    count = np.bincount(place, minlength=size)
    with np.errstate(invalid="ignore"):
        mean: Values = np.bincount(place, values, minlength=size) / count
    return mean


def on_the_wall(times: pd.Series | pd.DatetimeIndex, zone: str) -> pd.DatetimeIndex:
    """What a clock in the zone shows at some times; of a repeated hour it shows the same twice."""
    return pd.DatetimeIndex(times).tz_convert(zone).tz_localize(None)


def start_of_day(day: date, zone: str) -> pd.Timestamp:
    """The first time of a local day."""
    return time_of(pd.Timestamp(day), zone)


def time_of(wall: pd.Timestamp, zone: str) -> pd.Timestamp:
    """The first time at which a clock in the zone shows this; where it skips it, the one that comes next.

    >>> time_of(pd.Timestamp("2024-09-08"), "America/Santiago").isoformat()
    '2024-09-08T01:00:00-03:00'
    """
    return wall.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")


@dataclass(frozen=True)
class _Calendar:
    midnights: pd.DatetimeIndex
    weights: Places
    hours: Hours
    starts: Places


def _rounded(days: int) -> int:
    return -(-max(days, 1) // _CALENDAR_DAYS) * _CALENDAR_DAYS


@lru_cache(maxsize=_KNOWN_CALENDARS)
def _calendar(clock: Clock, days: int) -> _Calendar:
    """Both hours that a place may stand for are looked up; they are the same but where the clock changes."""
    wall = pd.date_range(clock.first, periods=days * DAY, freq="h", unit="us")
    early, late = (
        wall.tz_localize(clock.zone, ambiguous=np.full(len(wall), first), nonexistent="NaT") for first in (True, False)
    )
    there = np.asarray(early.notna())
    weights = there.astype(np.int64) + (there & np.asarray(early != late))
    place = np.repeat(np.arange(len(wall)), weights)
    second = np.concatenate([[False], place[1:] == place[:-1]]) if len(place) else np.zeros(0, dtype=bool)
    times = early[place].where(~second, late[place])
    starts = np.concatenate([[0], np.cumsum(weights.reshape(days, DAY).sum(axis=1))])
    midnights = wall[::DAY].tz_localize(clock.zone, ambiguous=np.ones(days, dtype=bool), nonexistent="shift_forward")
    found = _Calendar(midnights, weights.reshape(days, DAY), Hours(times, place // DAY, place % DAY), starts)
    for shared in (found.weights, found.starts, found.hours.row, found.hours.place):
        shared.flags.writeable = False
    return found
