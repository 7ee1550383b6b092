"""Which alert each event belongs to, so that events are told with their state."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from vigia.store import Database, alerts
from vigia.store.alerts import Alert

ByEvent = Mapping[str, Alert]
NO_ALERTS: ByEvent = {}


@dataclass
class AlertBook:
    """All alerts, read again when anything was done to one of them."""

    _seen: tuple[int, int] | None = None
    _alerts: tuple[Alert, ...] = ()
    _by_event: ByEvent = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def all(self, database: Database) -> tuple[Alert, ...]:
        """All alerts, in the order in which they were raised."""
        self._refresh(database)
        return self._alerts

    def by_event(self, database: Database) -> ByEvent:
        """By the id of an event, the alert that was raised first of those that it belongs to."""
        self._refresh(database)
        return self._by_event

    def _refresh(self, database: Database) -> None:
        with self._lock, database.reading() as connection:
            now = alerts.changed(connection)
            if now == self._seen:
                return
            self._alerts = tuple(alerts.listed(connection))
            there = [each for each in self._alerts if each.there]
            self._by_event = {event: each for each in reversed(there) for event in each.facts.events}
            self._seen = now
