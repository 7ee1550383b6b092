"""Events as they are listed: filtered, one line an incident, ranked, in pages."""

from dataclasses import replace
from typing import Any

import pandas as pd

from serving.alerts.book import NO_ALERTS, ByEvent
from serving.answers import plain
from serving.paging import page_of
from serving.release.served import Served
from vigia.alarming import Order, Wanted, incidents, select
from vigia.store.alerts import Alert

UNSEEN = "new"
"""State of an event of which no alert was raised yet."""


def listing(
    served: Served, events: pd.DataFrame, order: Order, limit: int, cursor: str | None, alerts: ByEvent = NO_ALERTS
) -> dict[str, Any]:
    """A page of `events`, one line an incident, with the alerts that they belong to."""
    rows = incidents(events, order)
    page, following = page_of(cursor, limit, len(rows))
    return {
        "items": lines(served, rows.iloc[page], alerts),
        "total": len(rows),
        "by_severity": _counts(rows["severity"]),
        "by_stake": _counts(rows["stake"]),
        "next_cursor": following,
    }


def wanted_events(
    served: Served,
    wanted: Wanted,
    sector: str | None,
    state: str | None,
    assignee: str | None,
    alerts: ByEvent = NO_ALERTS,
) -> pd.DataFrame:
    """The events that a filter lets through, by the state and the person of the alerts that they belong to."""
    if sector is not None:
        members = served.members(sector)
        asked = members if wanted.clients is None else [name for name in members if name in wanted.clients]
        wanted = replace(wanted, clients=asked)
    found = select(served.release.events, wanted)
    if state is None and assignee is None:
        return found
    mine = [alerts.get(str(event)) for event in found["event_id"]]
    keep = [
        (state is None or state == (UNSEEN if alert is None else alert.state))
        and (assignee is None or (alert is not None and assignee == alert.assignee))
        for alert in mine
    ]
    return found.loc[keep]


def lines(served: Served, rows: pd.DataFrame, alerts: ByEvent = NO_ALERTS) -> list[dict[str, Any]]:
    """Incidents as the API shows them."""
    return [_line(served, row, alerts.get(str(row["event_id"]))) for row in rows.to_dict("records")]


def _line(served: Served, row: dict[Any, Any], alert: Alert | None) -> dict[str, Any]:
    client, members = served.clients[str(row["client_id"])], row.pop("members")
    return {
        **plain(row),
        "client_name": client.stored.attributes["name"],
        "sector": client.sector,
        "state": UNSEEN if alert is None else alert.state,
        "alert_id": None if alert is None else alert.id,
        "assignee": None if alert is None else alert.assignee,
        "members": members,
    }


def _counts(values: pd.Series) -> dict[str, int]:
    return {str(value): int(count) for value, count in values.value_counts(sort=False).items()}
