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
    """Shape of the consumption of a time."""

    client_id: str
    mean_by_weekday_and_hour_kwh: list[list[float | None]]
    months: list[Box]
    peak_band_start_hour: int | None
    peak_band_share: float | None
    total_kwh: float
    anomalous_hours: int


class ClientTotal(BaseModel):
    """A client's consumption of a time; growth against the same days of the year before, as a share."""

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
