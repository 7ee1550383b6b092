"""One event with what speaks for and against it."""

from typing import Any

import pandas as pd

from serving.alerts.book import NO_ALERTS, ByEvent
from serving.answers import plain
from serving.events.listing import lines
from serving.release.served import Served
from vigia.alarming import incidents

PEERS = 5
EARLIER = 10


def detail(served: Served, event_id: str, alerts: ByEvent = NO_ALERTS) -> dict[str, Any] | None:
    """An event with its channels, witnesses, the client's earlier events and the sector's events of the time."""
    events = served.release.events
    found = events[events["event_id"] == event_id]
    if found.empty:
        return None
    event = found.iloc[0]
    client = served.clients[str(event["client_id"])]
    same = events[(events["mode"] == event["mode"]) & (events["event_id"] != event_id)]
    earlier = same[(same["client_id"] == client.client_id) & (same["start"] < event["start"])]
    channels = client.event_channels[client.event_channels["event_id"] == event_id]
    (line,) = lines(served, incidents(found), alerts)
    witnesses = "" if pd.isna(event["witnesses"]) else str(event["witnesses"])
    return {
        "event": line,
        "channels": [plain(row) for row in channels.to_dict("records")],
        "peers": _peers(served, same, event),
        "earlier_events": lines(served, incidents(earlier.sort_values("start", ascending=False).head(EARLIER)), alerts),
        "witnesses": [word for word in witnesses.split("|") if word],
    }


def _peers(served: Served, same: pd.DataFrame, event: pd.Series) -> list[dict[str, Any]]:
    """Other clients of the sector, those first that had most events at the same time."""
    own = served.clients[str(event["client_id"])]
    others = [name for name in served.members(own.sector) if name != own.client_id]
    until = event["end"] if pd.notna(event["end"]) else served.release.data_until
    near = same[(same["start"] < until) & (same["end"].isna() | (same["end"] > event["start"]))]
    counts = near["client_id"].value_counts()
    rows = [
        {
            "client_id": name,
            "name": served.clients[name].stored.attributes["name"],
            "events_then": int(counts.get(name, 0)),
        }
        for name in others
    ]
    return sorted(rows, key=lambda row: (-row["events_then"], row["client_id"]))[:PEERS]
