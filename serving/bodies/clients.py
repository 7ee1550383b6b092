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
