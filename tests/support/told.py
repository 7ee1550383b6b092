"""Made-up alerts, and a day on which they are told."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from vigia.operate.messages.occasion import Client, Occasion
from vigia.store.alerts import Alert, Facts

NOW = datetime(2024, 7, 1, 11, 0, tzinfo=UTC)
"""Six in the morning in Lima."""
YESTERDAY = NOW - timedelta(days=1)
CLIENTS = {
    "1": Client("Molino Santa Rosa", "alimentos"),
    "2": Client("Textil Andina", "textil"),
    "3": Client("Minera Cerro Alto", "minería"),
}
URL = "https://vigia.example.com"
FACTS = Facts(
    client_id="1",
    clients=("1",),
    events=("e",),
    class_="consumption",
    kind="level_down",
    cause=None,
    stake="missing",
    severity="high",
    channels="active",
    start=NOW - timedelta(days=20),
    end=None,
    first_alert_at=NOW - timedelta(days=18),
    score=1.0,
    reason_es="razón",
    reason_en="reason",
    energy_at_stake_kwh=12_300.0,
    energy_low_kwh=10_100.0,
    energy_high_kwh=14_500.0,
    money_at_stake=8_900.0,
    currency="PEN",
)
OF_FACTS = {each.name for each in fields(Facts)}


def alert(name: str, **changes: Any) -> Alert:
    """An open alert that was raised and told before yesterday, but for some fields of it or of its facts."""
    facts = {key: value for key, value in changes.items() if key in OF_FACTS}
    if "client_id" in facts:
        facts.setdefault("clients", (facts["client_id"],))
    before = YESTERDAY - timedelta(days=10)
    own = {"told_at": before, "told_kwh": FACTS.energy_at_stake_kwh} | {
        key: value for key, value in changes.items() if key not in OF_FACTS
    }
    made = Alert(name, 1, replace(FACTS, events=(name,), **facts), "release", before, "new", before)
    return replace(made, **own)


def occasion(**changes: Any) -> Occasion:
    """The morning."""
    last = {client: NOW - timedelta(hours=7) for client in CLIENTS}
    return replace(Occasion("demo", "America/Lima", NOW, CLIENTS, 7.0, URL, last), **changes)
