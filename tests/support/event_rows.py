"""Rows of table `events`, of which a test says what matters to it."""

import pandas as pd

from tests.support.zone import ZONE
from vigia import frames

PLAIN: dict[str, object] = {
    "client_id": "1",
    "group_id": None,
    "class": "consumption",
    "kind": "level_down",
    "cause": None,
    "stake": "missing",
    "channels": "active",
    "start": "2024-06-01",
    "end": "2024-06-04",
    "first_alert_at": "2024-06-03",
    "mode": "past_only",
    "severity": "low",
    "score": 1.0,
    "energy_at_stake_kwh": None,
    "money_at_stake": None,
    "reason_es": "razón",
    "reason_en": "reason",
}


def event_rows(*rows: dict[str, object]) -> pd.DataFrame:
    """The table; without another id, the first event is `e0`, the second `e1`. `end=None` is an open one."""
    frame = pd.DataFrame([{"event_id": f"e{number}", **PLAIN, **row} for number, row in enumerate(rows)])
    for column in ("start", "end", "first_alert_at"):
        frame[column] = pd.to_datetime(frame[column]).dt.tz_localize(ZONE)
    for column in frames.TABLES["events"].columns:
        if column.name not in frame.columns:
            frame[column.name] = None
    return frames.check("events", frame)
