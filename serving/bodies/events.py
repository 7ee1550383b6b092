"""Answers about events."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from serving.bodies.base import Answer
from serving.bodies.names import Kind, Severity, Stake, State


class Event(BaseModel):
    """An event as in the events table; `members` are the lines that share its cause."""

    model_config = ConfigDict(extra="allow")

    event_id: str
    client_id: str
    client_name: str
    sector: str | None
    state: State
    alert_id: str | None = None
    assignee: str | None = None
    start: datetime
    end: datetime | None
    first_alert_at: datetime | None
    severity: Severity
    kind: Kind
    stake: Stake
    members: list[str] = []


class EventList(Answer):
    """A page of events, one line a group."""

    items: list[Event]
    total: int
    by_severity: dict[str, int]
    by_stake: dict[str, int]
    next_cursor: str | None = None


class EventDetail(Answer):
    """An event with what speaks for and against it."""

    event: Event
    channels: list[dict[str, Any]]
    peers: list[dict[str, Any]]
    earlier_events: list[Event]
    witnesses: list[str]
