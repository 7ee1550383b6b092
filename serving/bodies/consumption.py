"""Answers about what was consumed: series, profile, summary."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from serving.bodies.base import Answer, Model
from serving.bodies.names import Mode


class Series(Answer):
    """Columns of equal length."""

    client_id: str
    resolution: Literal["hour", "day"]
    mode: Mode
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


class Box(BaseModel):
    """Five figures of a month's daily totals, kWh."""

    month: str
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float


class Profile(Answer):
    """Shape of the consumption of a time; every figure is of the hours that lie in it.

    `wape_day`, `mape_day` and `coverage_95` are shares: what the past-only expectation and band missed of them, events
    included. The error of the model on its test days is in the list of clients.
    """

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


class ClientTotal(BaseModel):
    """A client's consumption of the hours of a time; growth against the same hours 364 days before, as a share."""

    client_id: str
    name: str
    sector: str | None
    total_kwh: float
    growth_year: float | None
    anomalous_hours: int
    rank: int


class SectorTotal(BaseModel):
    """The same of all clients of a sector."""

    sector: str | None
    total_kwh: float
    clients: int
    anomalous_hours: int


class Summary(Answer):
    """Totals of a time by client and sector."""

    clients: list[ClientTotal]
    sectors: list[SectorTotal]
