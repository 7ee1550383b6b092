"""One alert with what speaks for and against it, and what was done with it."""

from typing import Any

from serving.alerts.book import ByEvent
from serving.alerts.listing import Now, line, local
from serving.answers import plain
from serving.events.detail import detail as event_detail
from serving.events.listing import lines
from vigia.alarming import incidents
from vigia.store import Connection, alerts, records
from vigia.store.alerts import Alert, Change
from vigia.store.records import Entry
from vigia.store.tables import SITE_LOG, VERDICTS

EARLIER = 10


def detail(connection: Connection, alert: Alert, now: Now, by_event: ByEvent) -> dict[str, Any]:
    """All that is known of an alert."""
    events, zone = now.served.release.events, now.served.release.params.fleet.timezone
    mine = events[events["event_id"].isin(alert.facts.events)]
    single = [lines(now.served, incidents(mine[mine["event_id"] == event]), by_event) for event in mine["event_id"]]
    leading = event_detail(now.served, alert.facts.events[0], by_event) if alert.facts.events else None
    client = alert.facts.client_id
    earlier = [
        each
        for each in alerts.listed(connection)
        if client in each.facts.clients and each.id != alert.id and each.facts.start < alert.facts.start
    ]
    return {
        "alert": line(alert, now, spark=True),
        "incident": [each for part in single for each in part],
        **{name: leading[name] if leading else [] for name in ("channels", "peers", "witnesses")},
        "earlier_alerts": [line(each, now) for each in earlier[::-1][:EARLIER]],
        "verdicts": [verdict_line(each, zone) for each in records.entries(connection, VERDICTS, client)],
        "site_log": [entry_line(each, zone) for each in records.entries(connection, SITE_LOG, client)],
        "history": [history_line(each) for each in alerts.history(connection, alert.id)],
    }


def history_line(change: Change) -> dict[str, Any]:
    """A row of the history."""
    values = {name: getattr(change, name) for name in change.__dataclass_fields__ if name != "alert_id"}
    return {**values, "at": change.at.isoformat()}


def verdict_line(entry: Entry, zone: str) -> dict[str, Any]:
    """A verdict as the API shows it."""
    values = {name: entry.values[name] for name in ("kind", "start", "verdict", "note", "alert_id")}
    return {"verdict_id": entry.id, **_said(entry, values, zone)}


def entry_line(entry: Entry, zone: str) -> dict[str, Any]:
    """An entry of the site log as the API shows it."""
    values = {name: entry.values[name] for name in ("client_id", "start", "end", "what")}
    return {"entry_id": entry.id, **_said(entry, values, zone)}


def _said(entry: Entry, values: dict[str, Any], zone: str) -> dict[str, Any]:
    times = {**values, "recorded_at": entry.recorded_at, "actor": entry.actor}
    return plain({name: local(value, zone) for name, value in times.items()})
