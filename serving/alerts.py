"""Events as they are listed: filtered, one line a group, ranked; and one event with its evidence."""

import base64
import json
from typing import Any

import pandas as pd

from vigia.frames import SEVERITIES
from vigia.release import Release

RANK = {name: position for position, name in enumerate(SEVERITIES)}
PEERS = 5


def listing(release: Release, filters: dict[str, Any], limit: int, cursor: str | None) -> dict[str, Any]:
    """A page of events, one line a group, most severe first, then by money, then by energy at stake."""
    events = _filtered(release, filters)
    rows = _lines(release, events)
    rows.sort(key=lambda row: _order(row, filters.get("sort") or "severity"))
    start = decode_cursor(cursor)
    page = rows[start : start + limit]
    return {
        "items": page,
        "total": len(rows),
        "by_severity": _counts(rows, "severity"),
        "by_stake": _counts(rows, "stake"),
        "next_cursor": encode_cursor(start + limit) if start + limit < len(rows) else None,
    }


def detail(release: Release, event_id: str) -> dict[str, Any] | None:
    """An event with its channels, witnesses, the client's earlier events and the sector's events of the time."""
    events = release.events
    found = events[events["event_id"] == event_id]
    if found.empty:
        return None
    event = found.iloc[0]
    same = events[(events["mode"] == event["mode"]) & (events["event_id"] != event_id)]
    earlier = same[(same["client_id"] == event["client_id"]) & (same["start"] < event["start"])]
    channels = release.event_channels[release.event_channels["event_id"] == event_id]
    (line,) = _lines(release, found)
    witnesses = "" if pd.isna(event["witnesses"]) else str(event["witnesses"])
    return {
        "event": line,
        "channels": [plain(row) for row in channels.to_dict("records")],
        "peers": _peers(release, same, event),
        "earlier_events": _lines(release, earlier.sort_values("start", ascending=False).head(10)),
        "witnesses": [word for word in witnesses.split("|") if word],
    }


def encode_cursor(position: int) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps({"from": position}).encode()).decode()


def decode_cursor(cursor: str | None) -> int:
    """Position of a cursor.

    Raises:
        ValueError: it is none of ours.
    """
    if cursor is None:
        return 0
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor.encode()))["from"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("the cursor is not one that this service gave") from error
    if not isinstance(position, int) or position < 0:
        raise ValueError("the cursor is not one that this service gave")
    return position


def _filtered(release: Release, filters: dict[str, Any]) -> pd.DataFrame:
    events = release.events
    events = events[events["mode"] == filters.get("mode", "past_only")]
    for name in ("client_id", "class", "kind", "stake", "severity"):
        if filters.get(name) is not None:
            events = events[events[name] == filters[name]]
    if filters.get("sector") is not None:
        members = [c.client_id for c in release.clients.values() if c.attributes["sector"] == filters["sector"]]
        events = events[events["client_id"].isin(members)]
    if filters.get("state") not in (None, "new"):
        events = events.iloc[:0]
    if filters.get("start") is not None:
        events = events[events["end"].isna() | (events["end"] > filters["start"])]
    if filters.get("end") is not None:
        events = events[events["start"] < filters["end"]]
    return events


def _lines(release: Release, events: pd.DataFrame) -> list[dict[str, Any]]:
    """One line a group: the member with most at stake speaks, the others are named."""
    rows = [_line(release, row) for row in events.to_dict("records")]
    rows.sort(key=lambda row: _order(row, "severity"))
    lines: dict[str, dict[str, Any]] = {}
    for row in rows:
        key = row["group_id"] or row["event_id"]
        lines.setdefault(key, row)["members"].append(row["client_id"])
    return list(lines.values())


def _line(release: Release, row: dict[Any, Any]) -> dict[str, Any]:
    client = release.clients[str(row["client_id"])]
    line = plain(row)
    line.update(client_name=client.attributes["name"], sector=client.attributes["sector"], state="new", members=[])
    return line


def _order(row: dict[str, Any], sort: str) -> tuple[Any, ...]:
    worth = (-(row["money_at_stake"] or 0.0), -(row["energy_at_stake_kwh"] or 0.0), row["event_id"])
    if sort == "start":
        return (-pd.Timestamp(row["start"]).value, *worth)
    if sort == "energy":
        return worth
    is_open = 0 if row["end"] is None else 1
    return (RANK[row["severity"]], is_open, *worth)


def _peers(release: Release, same: pd.DataFrame, event: pd.Series) -> list[dict[str, Any]]:
    """Other clients of the sector that had an event at the same time."""
    sector = release.clients[str(event["client_id"])].attributes["sector"]
    others = {c.client_id: c for c in release.clients.values() if c.attributes["sector"] == sector}
    near = same[same["client_id"].isin(others) & (same["client_id"] != event["client_id"])]
    until = event["end"] if pd.notna(event["end"]) else release.data_until
    near = near[(near["start"] < until) & (near["end"].isna() | (near["end"] > event["start"]))]
    rows = [
        {
            "client_id": client,
            "name": others[client].attributes["name"],
            "events_then": int(near["client_id"].eq(client).sum()),
        }
        for client in others
        if client != event["client_id"]
    ]
    return sorted(rows, key=lambda row: (-int(str(row["events_then"])), str(row["client_id"])))[:PEERS]


def plain(row: dict[Any, Any]) -> dict[str, Any]:
    """A row as JSON takes it: times with offset, null for unknown."""
    return {
        str(name): None if pd.isna(value) else (value.isoformat() if isinstance(value, pd.Timestamp) else value)
        for name, value in row.items()
    }


def _counts(rows: list[dict[str, Any]], column: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row[column]] = counts.get(row[column], 0) + 1
    return counts
