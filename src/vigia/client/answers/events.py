"""Events: what detection says."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field

from vigia.client import tables
from vigia.client.answers.base import Answer, ByCursor, Part

if TYPE_CHECKING:
    from pandas import DataFrame


class Event(Part):
    """An event; its other columns of the events table (`energy_at_stake_kwh`, `reason_en`, ...) are fields too."""

    event_id: str
    client_id: str
    client_name: str
    sector: str | None
    state: str
    alert_id: str | None = None
    assignee: str | None = None
    start: datetime
    end: datetime | None
    first_alert_at: datetime | None
    severity: str
    kind: str
    stake: str
    members: list[str] = Field(default_factory=list)


class EventList(ByCursor):
    """A page of events, one line a group."""

    items: list[Event]
    total: int
    by_severity: dict[str, int]
    by_stake: dict[str, int]

    @property
    def rows(self) -> list[Event]:
        """The events of the page."""
        return self.items

    def frame(self, zone: str = "UTC") -> "DataFrame":
        """The page as a table; `frame_of(iter_events())` has all of them."""
        return tables.table([row.model_dump() for row in self.items], tables.names(Event), zone)


class EventDetail(Answer):
    """An event with what speaks for and against it."""

    event: Event
    channels: list[dict[str, Any]]
    peers: list[dict[str, Any]]
    earlier_events: list[Event]
    witnesses: list[str]
