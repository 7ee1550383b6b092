"""Tables of the store as SQLAlchemy sees them; `migrations` make them, a test holds the two equal."""

from vigia.store.tables.access import ANSWERS, AUDIT, KEYS, PEOPLE
from vigia.store.tables.alerts import ALERT_HISTORY, ALERTS, MARKS, SITE_LOG, VERDICTS
from vigia.store.tables.arrived import BATCHES, READINGS, REJECTED
from vigia.store.tables.base import METADATA, Number, UtcTime
from vigia.store.tables.days import CHECKPOINTS, DRIFT, RETRAININGS, RUNS, SCORED
from vigia.store.tables.messages import OUTBOX, SUBSCRIPTIONS

APPEND_ONLY = (BATCHES, READINGS, REJECTED, ALERT_HISTORY, VERDICTS, SITE_LOG, AUDIT)
"""Rows are added and never changed or removed; see `guards`."""

__all__ = [
    "ALERTS",
    "ALERT_HISTORY",
    "ANSWERS",
    "APPEND_ONLY",
    "AUDIT",
    "BATCHES",
    "CHECKPOINTS",
    "DRIFT",
    "KEYS",
    "MARKS",
    "METADATA",
    "OUTBOX",
    "PEOPLE",
    "READINGS",
    "REJECTED",
    "RETRAININGS",
    "RUNS",
    "SCORED",
    "SITE_LOG",
    "SUBSCRIPTIONS",
    "VERDICTS",
    "Number",
    "UtcTime",
]
