"""The smallest finding: one channel away from its normal in one interval, for one reason."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia import calendars
from vigia.detection.verdicts import Verdict, of_client
from vigia.frames import CHANNEL_COLUMNS, CHANNELS

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Component:
    """Hours `[start, stop)` of a channel, counted from the client's first midnight.

    Attributes:
        channel: one of `frames.CHANNELS`.
        kind: as in the events table.
        start: first hour.
        stop: hour after the last; the series' end while it goes on.
        alert: hour at which it was known, past-only.
        recovery: hour at which its end was known; after the series' end while it goes on.
        sign: above (+1) or below (-1) the normal.
        score: how far away, in limits; 1 is just enough.
        deeper: a further step of a shift that goes on.
    """

    channel: str
    kind: str
    start: int
    stop: int
    alert: int
    recovery: int
    sign: int
    score: float
    deeper: bool = False


@dataclass(frozen=True)
class Accepted:
    """An event that a person accepted as the new normal, past-only.

    Attributes:
        class_: its class.
        raised: whether it was raised before the verdict; else it never is.
        end: the midnight from which on it is usual.
        parts: what it consisted of by then: what was watched, and the hour of the alert.
        known: findings as they were known by then, which is what is left of those that would go on.
    """

    class_: str
    raised: bool
    end: int
    parts: frozenset[tuple[str, int]]
    known: tuple[Component, ...]

    def holds(self, name: str, alert: int) -> bool:
        """Whether a finding is part of it."""
        return (name, alert) in self.parts


@dataclass(frozen=True)
class Series:
    """One client's channels by hour from its first local midnight; NaN where there is no reading.

    Attributes:
        holiday: (days,) public holidays, where the country is known.
        resets: days from which on the site log announces another normal, such as new equipment.
        verdicts: what people said of its events, in the order in which they did.
        accepted: events that end with a verdict, past-only.
    """

    client_id: str
    first: pd.Timestamp
    zone: str
    values: dict[str, Values]
    holiday: npt.NDArray[np.bool_] | None = None
    resets: tuple[int, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    accepted: tuple[Accepted, ...] = ()

    @classmethod
    def of(
        cls,
        readings: pd.DataFrame,
        zone: str,
        country: str | None = None,
        site_log: pd.DataFrame | None = None,
        verdicts: pd.DataFrame | None = None,
    ) -> "Series":
        """Arrange one client's `readings`; an hour that a clock change repeats keeps its last value."""
        local = readings["timestamp"].dt.tz_convert(zone).dt.tz_localize(None)
        first = local.iloc[0].normalize()
        slot = ((local - first) // pd.Timedelta(hours=1)).to_numpy()
        values = {}
        for channel in CHANNELS:
            column = np.full(int(slot.max()) + 1, np.nan)
            column[slot] = readings[CHANNEL_COLUMNS[channel]].to_numpy(dtype=float)
            if np.isfinite(column).any():
                values[channel] = column
        client_id = str(readings["client_id"].iloc[0])
        series = cls(client_id, first, zone, values, verdicts=of_client(verdicts, client_id))
        days = pd.date_range(first, periods=-(-series.hours // 24), freq="D")
        if country is not None:
            series = replace(series, holiday=calendars.is_holiday(days, country))
        if site_log is not None and len(site_log):
            lasting = site_log[(site_log["client_id"] == client_id) & site_log["to"].isna()]
            since = lasting["from"].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
            series = replace(series, resets=tuple(sorted(int(day) for day in (since - first).dt.days if day > 0)))
        return series

    @property
    def hours(self) -> int:
        """Number of hours, from the first midnight to the last reading."""
        return max((len(values) for values in self.values.values()), default=0)

    def at(self, hour: int) -> pd.Timestamp:
        """The time of an hour."""
        naive = self.first + pd.Timedelta(hours=int(hour))
        return naive.tz_localize(self.zone, ambiguous=True, nonexistent="shift_forward")

    def hour_of(self, when: pd.Timestamp) -> int:
        """The hour that a time falls into; negative before the first midnight."""
        return int((when.tz_convert(self.zone).tz_localize(None) - self.first) // pd.Timedelta(hours=1))

    def head(self, hours: int) -> "Series":
        """The first hours, as if nothing had been read since."""
        holiday = None if self.holiday is None else self.holiday[: -(-hours // 24)]
        resets = tuple(day for day in self.resets if 24 * day < hours)
        values = {channel: column[:hours] for channel, column in self.values.items()}
        verdicts = tuple(each for each in self.verdicts if self.hour_of(each.recorded_at) < hours)
        return replace(self, values=values, holiday=holiday, resets=resets, verdicts=verdicts)

    def daily(self, channel: str, min_hours: int = 18) -> Values:
        """Mean of each day's hours; NaN for days with fewer than `min_hours`, such as a partial last one."""
        values = self.values[channel]
        days = np.full(-(-len(values) // 24) * 24, np.nan)
        days[: len(values)] = values
        known = np.isfinite(days.reshape(-1, 24))
        total = np.where(known, days.reshape(-1, 24), 0.0).sum(axis=1)
        count = known.sum(axis=1)
        return np.where(count >= min_hours, total / np.maximum(count, 1), np.nan)


def runs(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """(n, 2) start and stop of each stretch of true values.

    >>> runs(np.array([False, True, True, False, True])).tolist()
    [[1, 3], [4, 5]]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return edges.reshape(-1, 2).astype(np.int64)
