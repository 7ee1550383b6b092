"""Answers about clients."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from serving.bodies.base import Answer, Model


class ClientRow(BaseModel):
    """A line of the list of clients; `alert` = in alarm by the rule of `vigia.alarming`."""

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


class ClientList(Answer):
    """A page of clients."""

    items: list[ClientRow]
    next_cursor: str | None = None


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


class ContractTerms(BaseModel):
    """What was agreed with a client; what is null is not known. Shares are of 1."""

    tariff: str | None
    contracted_kw: float | None
    nominal_voltage_v: float | None
    currency: str | None
    reactive_share: float
    voltage_tolerance: float
    voltage_hours_share: float


class Month(BaseModel):
    """Facts of a month, of whole hours; what is null is not known. They are no alarms.

    `complete`: it is over and hardly an hour is missing. `reactive_billed_kvarh`: beyond the share of active energy
    that is free. `demand_kw`: the greatest hour; `excess_kw`: of it above the contracted power. `poor_voltage`: a phase
    was out of tolerance in too many hours. Costs by the tariff, without taxes and fixed charges.
    """

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
