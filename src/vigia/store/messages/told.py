"""What of alerts has been told, and what became of them that may be worth another word."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from vigia.store import alerts
from vigia.store.alerts import Alert, Change
from vigia.store.tables import ALERT_HISTORY

NOTED = ("severity", "returned")
"""What is done to an alert that may make it new to somebody who was told before."""


def changes(connection: Connection, since: datetime) -> list[Change]:
    """Rows of the histories of all alerts that were written after a time and may be news, in order."""
    history = ALERT_HISTORY.c
    wanted = select(ALERT_HISTORY).where(history.at > since, history.what.in_(NOTED)).order_by(history.id)
    return [Change(**row) for row in connection.execute(wanted).mappings()]


def note(connection: Connection, told: Collection[Alert], now: datetime) -> None:
    """Write down that alerts were told, and what was at stake."""
    for each in told:
        alerts.put(connection, replace(each, told_at=now, told_kwh=each.facts.energy_at_stake_kwh), [])
