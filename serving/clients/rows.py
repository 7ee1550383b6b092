"""The list of clients."""

from collections.abc import Callable
from typing import Any

from serving.release.served import Served, ServedClient

ORDERS: dict[str, Callable[[dict[str, Any]], float]] = {
    "client": lambda _: 0.0,
    "energy": lambda row: -(row["energy_at_stake_kwh"] or 0.0),
    "wape": lambda row: -(row["wape_day"] or 0.0),
    "events": lambda row: -row["recent_events"],
}
"""Sorting keys; clients that are equal keep the order of the table of clients."""


def listing(served: Served, sector: str | None, words: str | None, sort: str) -> list[dict[str, Any]]:
    """Lines of the clients of a sector whose id, name or sector holds `words`, in order."""
    rows = [client_row(client) for client in served.clients.values() if sector is None or client.sector == sector]
    asked = (words or "").strip().lower()
    rows = [row for row in rows if asked in f"{row['client_id']} {row['name']} {row['sector']}".lower()]
    return sorted(rows, key=ORDERS[sort])


def client_row(client: ServedClient) -> dict[str, Any]:
    """A line of the list of clients."""
    stored, alarm = client.stored, client.alarm
    scores = stored.card["test"].get(stored.card["family"], {})
    return {
        "client_id": client.client_id,
        "name": stored.attributes["name"],
        "sector": client.sector,
        "family": stored.card["family"],
        "wape_day": scores.get("wape_day"),
        "mape_day": scores.get("mape_day"),
        "coverage_95": scores.get("coverage_95_hour"),
        "last_reading": stored.readings["timestamp"].iloc[-1],
        "open_events": alarm.open_events,
        "recent_events": alarm.recent_events,
        "alert": alarm.active,
        "energy_at_stake_kwh": alarm.energy_at_stake_kwh,
        "money_at_stake": alarm.money_at_stake,
    }
