"""One client's channels by hour, with what is known of the client beside its readings."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.calendars.clock import DAY, Clock, mean_by_place
from vigia.calendars.holidays import is_holiday
from vigia.detection import sizes
from vigia.detection.checkpoints import Checkpoints
from vigia.detection.finding import Accepted, Verdict, verdicts_of
from vigia.frames import CHANNEL_COLUMNS, CHANNELS

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """Daily totals that a model holds for usual.

    Attributes:
        lower, upper: (days,) kWh; NaN where there is no band.
        breach_days: consecutive days outside that are told of.
    """

    lower: Values
    upper: Values
    breach_days: int


@dataclass(frozen=True)
class Series:
    """One client's channels by hour from its first local midnight; NaN where there is no reading.

    Attributes:
        holiday: (days,) public holidays, where the country is known.
        resets: days from which on the site log announces another normal, such as new equipment.
        verdicts: what people said of its events, in the order in which they did.
        accepted: events that end with a verdict, past-only.
        may_export: whether energy may be fed into the grid.
        bands: by mode, the band outside of which daily totals are told of; none where no model spoke.
        checkpoints: from which past-only watches may go on; none = they begin at the first day.
    """

    client_id: str
    first: pd.Timestamp
    zone: str
    values: dict[str, Values]
    holiday: npt.NDArray[np.bool_] | None = None
    resets: tuple[int, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    may_export: bool = False
    bands: Mapping[str, Band] = field(default_factory=dict)
    checkpoints: Checkpoints | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        readings: pd.DataFrame,
        zone: str,
        country: str | None = None,
        site_log: pd.DataFrame | None = None,
        verdicts: pd.DataFrame | None = None,
        client: Mapping[str, Any] | None = None,
    ) -> "Series":
        """Arrange one client's `readings`; an hour that the clock repeats has its mean (`vigia.calendars.clock`).

        Args:
            readings: its rows of table `readings`.
            zone: local zone of the days.
            country: whose public holidays count; ISO 3166 code.
            site_log: entries without an end announce another normal.
            verdicts: what people said of its events.
            client: its row of table `clients`, which says whether it may export energy.
        """
        times = readings["timestamp"]
        clock = Clock.of(times, zone)
        first, size, place = clock.first, max(clock.whole(times), 1), clock.places(times)
        values = {}
        for channel in CHANNELS:
            column = mean_by_place(place, readings[CHANNEL_COLUMNS[channel]].to_numpy(dtype=float), size)
            if np.isfinite(column).any():
                values[channel] = column
        client_id = str(readings["client_id"].iloc[0])
        said, export = verdicts_of(verdicts, client_id), may_export(client or {})
        series = cls(client_id, first, zone, values, verdicts=said, may_export=export)
        days = pd.date_range(first, periods=-(-series.hours // 24), freq="D")
        if country is not None:
            series = replace(series, holiday=is_holiday(days, country))
        if site_log is not None and len(site_log):
            lasting = site_log[(site_log["client_id"] == client_id) & site_log["to"].isna()]
            since = clock.places(lasting["from"]) // DAY
            series = replace(series, resets=tuple(sorted(int(day) for day in since if day > 0)))
        return series

    @property
    def clock(self) -> Clock:
        """Turns times into hours of the series, and back."""
        return Clock(self.first.date(), self.zone)

    @property
    def hours(self) -> int:
        """Number of hours, from the first midnight to the last reading."""
        return max((len(values) for values in self.values.values()), default=0)

    @cached_property
    def sizes(self) -> dict[str, Values]:
        """The size of each channel as known at each hour."""
        return sizes.usual_sizes(self.values)

    @cached_property
    def working(self) -> "Series":
        """The series without hours that say nothing of a level: energies of outages, and late energy behind a gap."""
        return replace(self, values=sizes.working(self.values, self.sizes))

    def at(self, hour: int) -> pd.Timestamp:
        """The time of an hour."""
        return self.clock.time(int(hour))

    def hour_of(self, when: pd.Timestamp) -> int:
        """The hour that a time falls into; negative before the first midnight."""
        return self.clock.place(when)

    @cached_property
    def weights(self) -> npt.NDArray[np.int64]:
        """(hours,) how often each hour happens: twice, or never, where the clock changes."""
        return self.clock.weights(-(-self.hours // DAY)).ravel()[: self.hours]

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


def may_export(client: Mapping[str, Any]) -> bool:
    """Whether a row of `clients` says that energy may be fed into the grid; unknown counts as no."""
    allowed = client.get("export_allowed")
    return bool(allowed) if pd.notna(allowed) else False


def runs(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """(n, 2) start and stop of each stretch of true values.

    >>> runs(np.array([False, True, True, False, True])).tolist()
    [[1, 3], [4, 5]]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return edges.reshape(-1, 2).astype(np.int64)
