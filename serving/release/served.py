"""A release as the service asks it: what is derived from it is computed once, because it never changes."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from serving.release.bands import Band, past_only_band
from serving.release.columns import BAND_LEVEL, Columns, daily, hourly
from serving.release.prepared import Prepared
from vigia.alarming import ClientAlarm, client_alarm
from vigia.detection.bands import FALLBACK_LEVEL
from vigia.extension import Known
from vigia.models import DailyHistory
from vigia.operate import known_of
from vigia.outlook.days import NORMAL, forecast_days
from vigia.outlook.offsets import Offsets
from vigia.release import Release
from vigia.release.reader import ClientRelease

PAST_ONLY = "past_only"


@dataclass(frozen=True)
class ServedClient:
    """One client of the release in operation.

    Attributes:
        stored: its part of the release.
        events: its rows of table `events`.
        event_channels: its rows of table `event_channels`.
        issues: its rows of table `issues`.
        alarm: whether its events of late call for attention.
        levels: of the bands that posted readings are judged by.
    """

    stored: ClientRelease
    events: pd.DataFrame
    event_channels: pd.DataFrame
    issues: pd.DataFrame
    alarm: ClientAlarm
    levels: frozenset[float] = frozenset({BAND_LEVEL})
    _columns: dict[tuple[str, str], Columns] = field(default_factory=dict, repr=False)
    _bands: dict[tuple[str, float], Band] = field(default_factory=dict, repr=False)
    _offsets: dict[tuple[str, float], Offsets] = field(default_factory=dict, repr=False)
    _ahead: dict[tuple[str, int], np.ndarray] = field(default_factory=dict, repr=False)

    @property
    def client_id(self) -> str:
        """Its name in all tables."""
        return self.stored.client_id

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.stored.attributes["name"])

    @property
    def sector(self) -> str | None:
        """Its branch of business, where that is known."""
        sector: str | None = self.stored.attributes["sector"]
        return sector

    @property
    def floor_kwh(self) -> float:
        """No band is below it: only a client that may feed energy back can have less than nothing."""
        return self.stored.floor_kwh

    @cached_property
    def quality(self) -> list[str]:
        """Codes of the problems of its data."""
        return sorted(set(self.issues["code"]))

    def columns(self, resolution: str, mode: str) -> Columns:
        """All its columns by `hour` or `day`."""
        if (resolution, mode) not in self._columns:
            self._columns[resolution, mode] = (
                daily(self.stored, self.columns("hour", mode), mode)
                if resolution == "day"
                else hourly(self.stored, self.events, self.event_channels, mode)
            )
        return self._columns[resolution, mode]

    def band(self, resolution: str, level: float) -> Band:
        """Its stored past-only band."""
        if (resolution, level) not in self._bands:
            self._bands[resolution, level] = past_only_band(self.stored.bands, resolution, level)
        return self._bands[resolution, level]

    def offsets(self, basis: str, level: float) -> Offsets:
        """Its latest calibrated offsets."""
        if (basis, level) not in self._offsets:
            self._offsets[basis, level] = self.stored.offsets(basis, level)
        return self._offsets[basis, level]

    @cached_property
    def known(self) -> Known:
        """What is known of it past-only, before readings are posted; bands of the levels that these are judged by."""
        return known_of(self.stored, self.levels, {BAND_LEVEL})

    def history(self, basis: str) -> DailyHistory:
        """What a forecast of that basis reads."""
        return self.stored.history(basis)

    def ahead(self, basis: str, days: int) -> np.ndarray:
        """(days, 24) kWh from the last midnight with data, by its model.

        Raises:
            NotEnoughDataError: the history is too short for the model.
        """
        if (basis, days) not in self._ahead:
            self._ahead[basis, days] = self.predict(self.history(basis), days, basis != NORMAL)
        return self._ahead[basis, days]

    def predict(self, history: DailyHistory, days: int, follows: bool = True) -> np.ndarray:
        """The same after another history of this client; `follows` where it is asked what will be consumed.

        Raises:
            NotEnoughDataError: it is too short for the model.
        """
        return forecast_days(self.client_id, self.stored.model, history, days, follows)


@dataclass(frozen=True)
class Served:
    """The release in operation, its tables dealt to its clients."""

    release: Release
    clients: dict[str, ServedClient]
    prepared: Prepared = field(default_factory=Prepared, repr=False)

    @classmethod
    def of(cls, release: Release) -> "Served":
        """Deal the tables of a release: each is gone through once, not once a client."""
        events = _dealt(release.events, release.events["client_id"])
        owner = release.events.set_index("event_id")["client_id"]
        channels = _dealt(release.event_channels, release.event_channels["event_id"].map(owner))
        issues = _dealt(release.issues, release.issues["client_id"])
        clients = {}
        for name, stored in release.clients.items():
            mine = events.get(name, release.events.iloc[:0])
            clients[name] = ServedClient(
                stored,
                mine,
                channels.get(name, release.event_channels.iloc[:0]),
                issues.get(name, release.issues.iloc[:0]),
                client_alarm(mine, release.data_until, release.params.alarm),
                frozenset({BAND_LEVEL, FALLBACK_LEVEL, release.params.detect.breach_level}),
            )
        return cls(release, clients)

    def grown(self, release: Release, changed: Collection[str]) -> "Served":
        """The same release with what came since of some clients; of the others all that was derived is kept."""
        fresh = Served.of(release)
        clients = {
            name: each
            if name in changed or name not in self.clients
            else replace(self.clients[name], events=each.events, event_channels=each.event_channels, alarm=each.alarm)
            for name, each in fresh.clients.items()
        }
        return Served(release, clients, self.prepared.without(changed))

    def members(self, sector: str | None) -> list[str]:
        """Clients of a sector."""
        return [client.client_id for client in self.clients.values() if client.sector == sector]


def _dealt(table: pd.DataFrame, owners: pd.Series) -> dict[str, pd.DataFrame]:
    return {str(client): rows for client, rows in table.groupby(owners, sort=False)}
