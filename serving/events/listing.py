"""Events as they are listed: filtered, one line an incident, ranked, in pages."""

from dataclasses import replace
from typing import Any

import pandas as pd

from serving.answers import plain
from serving.paging import page_of
from serving.release.served import Served
from vigia.alarming import Order, Wanted, incidents, select

STATE = "new"
"""Of every event: what people decide is not kept yet."""


def listing(served: Served, events: pd.DataFrame, order: Order, limit: int, cursor: str | None) -> dict[str, Any]:
    """A page of `events`, one line an incident."""
    rows = incidents(events, order)
    page, following = page_of(cursor, limit, len(rows))
    return {
        "items": lines(served, rows.iloc[page]),
        "total": len(rows),
        "by_severity": _counts(rows["severity"]),
        "by_stake": _counts(rows["stake"]),
        "next_cursor": following,
    }


def wanted_events(
    served: Served, wanted: Wanted, sector: str | None, state: str | None, assignee: str | None
) -> pd.DataFrame:
    """The events that a filter lets through; none of a state other than new, and none that is somebody's."""
    if sector is not None:
        members = served.members(sector)
        asked = members if wanted.clients is None else [name for name in members if name in wanted.clients]
        wanted = replace(wanted, clients=asked)
    found = select(served.release.events, wanted)
    return found if state in (None, STATE) and assignee is None else found.iloc[:0]


def lines(served: Served, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Incidents as the API shows them."""
    return [_line(served, row) for row in rows.to_dict("records")]


def _line(served: Served, row: dict[Any, Any]) -> dict[str, Any]:
    client, members = served.clients[str(row["client_id"])], row.pop("members")
    return {
        **plain(row),
        "client_name": client.stored.attributes["name"],
        "sector": client.sector,
        "state": STATE,
        "members": members,
    }


def _counts(values: pd.Series) -> dict[str, int]:
    return {str(value): int(count) for value, count in values.value_counts(sort=False).items()}
