"""Clients, and what they consumed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from vigia.client import tables
from vigia.client.answers.base import Answer, ByCursor, Model, Part

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = (
    "timestamp", "actual_kwh", "expected_kwh", "lower_kwh", "upper_kwh", "is_anomaly", "reactive_energy_kvarh",
    "voltage_fa_v", "voltage_fc_v",
)  # fmt: skip
"""Of a series."""


class ClientRow(Part):
    """A line of the list of clients; errors and coverage are shares, `alert`: it is in alarm."""

    client_id: str
    name: str
    sector: str | None
    family: str
    wape_day: float | None
    mape_day: float | None
    coverage_95: float | None
    last_reading: datetime
    open_events: int
    recent_events: int
    alert: bool
    energy_at_stake_kwh: float | None
    money_at_stake: float | None


class ClientList(ByCursor):
    """A page of clients."""

    items: list[ClientRow]

    @property
    def rows(self) -> list[ClientRow]:
        """The clients of the page."""
        return self.items

    def frame(self, zone: str = "UTC") -> "DataFrame":
        """The page as a table."""
        return tables.table([row.model_dump() for row in self.items], tables.names(ClientRow), zone)


class ClientDetail(Answer):
    """One client with the problems of its data and its model card."""

    client: ClientRow
    first_reading: datetime
    issues: list[dict[str, Any]]
    card: dict[str, Any]


class Card(Answer):
    """The model card of a client."""

    model: Model
    card: dict[str, Any]


class Series(Answer):
    """Columns of equal length; `reduced`: not every hour is in it, but every extreme."""

    client_id: str
    resolution: str
    mode: str
    reduced: bool
    timestamp: list[datetime]
    actual_kwh: list[float | None]
    expected_kwh: list[float | None]
    lower_kwh: list[float | None]
    upper_kwh: list[float | None]
    is_anomaly: list[bool]
    reactive_energy_kvarh: list[float | None]
    voltage_fa_v: list[float | None]
    voltage_fc_v: list[float | None]
    model: Model
    quality: list[str]

    def frame(self, zone: str = "UTC") -> "DataFrame":
        """A row an hour or a day."""
        columns = (getattr(self, name) for name in COLUMNS)
        rows = [dict(zip(COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]
        return tables.table(rows, COLUMNS, zone)


class Box(Part):
    """Five figures of a month's daily totals, kWh."""

    month: str
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float


class Profile(Answer):
    """Shape of the consumption of a time; errors and coverage are shares."""

    client_id: str
    mean_by_weekday_and_hour_kwh: list[list[float | None]]
    months: list[Box]
    peak_band_start_hour: int | None
    peak_band_share: float | None
    total_kwh: float
    anomalous_hours: int
    wape_day: float | None
    mape_day: float | None
    coverage_95: float | None


class ClientTotal(Part):
    """A client's consumption of a time; growth against the same hours 364 days before, as a share."""

    client_id: str
    name: str
    sector: str | None
    total_kwh: float
    growth_year: float | None
    anomalous_hours: int
    rank: int


class SectorTotal(Part):
    """The same of all clients of a sector."""

    sector: str | None
    total_kwh: float
    clients: int
    anomalous_hours: int


class Summary(Answer):
    """Totals of a time by client and sector."""

    clients: list[ClientTotal]
    sectors: list[SectorTotal]


class ContractTerms(Part):
    """What was agreed with a client; what is null is not known. Shares are of 1."""

    tariff: str | None
    contracted_kw: float | None
    nominal_voltage_v: float | None
    currency: str | None
    reactive_share: float
    voltage_tolerance: float
    voltage_hours_share: float


class Month(Part):
    """Facts of a month, of whole hours; what is null is not known. `complete`: over, and hardly an hour is missing."""

    month: datetime
    hours: int
    missing_hours: int
    complete: bool
    active_kwh: float
    peak_kwh: float | None
    reactive_kvarh: float | None
    reactive_share: float | None
    reactive_billed_kvarh: float | None
    demand_kw: float | None
    demand_at: datetime | None
    excess_kw: float | None
    voltage_hours_outside: int | None
    voltage_share_outside: float | None
    poor_voltage: bool | None
    energy_cost: float | None
    demand_cost: float | None
    reactive_cost: float | None


class Contract(Answer):
    """What was agreed with a client, and what its meters say of it, the latest month first."""

    terms: ContractTerms
    prices: dict[str, Any] | None
    months: list[Month]

    def frame(self, zone: str = "UTC") -> "DataFrame":
        """A row a month."""
        return tables.table([row.model_dump() for row in self.months], tables.names(Month), zone)
