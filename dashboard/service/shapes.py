"""Answers with all their fields, whatever the service left out or calls by a new name.

A field that is absent, null or of another type is empty: a text `""`, a number, a flag or a time nothing. So a newer or
older service shows less, and never breaks a page.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Body = dict[str, Any]
Shape = Mapping[str, Callable[[Any], Any]]
"""What makes a field of what came, by the field's name."""
CHANNELS = (
    "actual_kwh", "expected_kwh", "lower_kwh", "upper_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v",
)  # fmt: skip


def text(value: object) -> str:
    """A text; of nothing the empty one.

    >>> text(None), text(7), text(["a"])
    ('', '7', '')
    """
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def number(value: object) -> float | None:
    """A finite number.

    >>> number(3), number("3"), number(float("inf"))
    (3, None, None)
    """
    known = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if known else None  # type: ignore[return-value] # known to be a number


def count(value: object) -> int:
    """A whole number; of nothing none."""
    found = number(value)
    return 0 if found is None else int(found)


def flag(value: object) -> bool:
    """Whether it is true and nothing else."""
    return value is True


def time(value: object) -> str | None:
    """A time in ISO 8601.

    >>> time("2024-03-05T07:00:00-05:00"), time("yesterday")
    ('2024-03-05T07:00:00-05:00', None)
    """
    try:
        return datetime.fromisoformat(value).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None


def zone(value: object) -> str:
    """The name of a zone; UTC where it is none."""
    try:
        return ZoneInfo(text(value)).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return "UTC"


def listed(value: object) -> list[Any]:
    """A list."""
    return value if isinstance(value, list) else []


def mapping(value: object) -> Body:
    """A dictionary."""
    return value if isinstance(value, dict) else {}


HEALTH: Shape = MappingProxyType(
    {"release": text, "data_until": lambda value: time(value) or "", "timezone": zone, "clients": count}
)
CLIENT: Shape = MappingProxyType(
    {
        "client_id": text, "name": text, "sector": text, "family": text, "alert": flag, "recent_events": count,
        "last_reading": time, "wape_day": number, "mape_day": number, "coverage_95": number,
    }
)  # fmt: skip
EVENT: Shape = MappingProxyType(
    {
        "event_id": text, "client_id": text, "client_name": text, "sector": text, "state": text, "severity": text,
        "kind": text, "stake": text, "start": time, "end": time, "members": listed, "currency": text,
        "money_at_stake": number, "energy_at_stake_kwh": number, "reason_es": text, "reason_en": text,
    }
)  # fmt: skip
PROFILE: Shape = MappingProxyType(
    {
        "total_kwh": number, "anomalous_hours": number, "peak_band_start_hour": number, "peak_band_share": number,
        "wape_day": number, "mape_day": number, "coverage_95": number,
    }
)  # fmt: skip
TOTAL: Shape = MappingProxyType({"client_id": text, "name": text, "total_kwh": number})
POINT: Shape = MappingProxyType({"timestamp": time, "forecast_kwh": number, "lower_kwh": number, "upper_kwh": number})


def complete(row: Body, shape: Shape) -> Body:
    """A row with every field of its shape; others stay as they came.

    >>> complete({"clients": None, "x": 1}, HEALTH)
    {'clients': 0, 'x': 1, 'release': '', 'data_until': '', 'timezone': 'UTC'}
    """
    return row | {name: field(row.get(name)) for name, field in shape.items()}


def rows(value: object) -> list[Body]:
    """The dictionaries of a list."""
    return [row for row in listed(value) if isinstance(row, dict)]


def client(row: Body) -> Body:
    """A line of the list of clients; one without a name is called by its id."""
    found = complete(row, CLIENT)
    return found | {"name": found["name"] or found["client_id"]}


def event(row: Body) -> Body:
    """An event; one of a client without a name is called by the client's id."""
    found = complete(row, EVENT)
    return found | {"client_name": found["client_name"] or found["client_id"]}


def detail(body: Body) -> Body:
    """A client with its issues and card."""
    return {
        "client": client(mapping(body.get("client"))), "first_reading": time(body.get("first_reading")),
        "issues": listed(body.get("issues")), "card": mapping(body.get("card")),
    }  # fmt: skip


def series(body: Body) -> Body:
    """Columns of one length; an absent one, or one of another length, holds nothing."""
    stamps = [time(value) for value in listed(body.get("timestamp"))]
    kept = [at for at, stamp in enumerate(stamps) if stamp is not None]

    def column(name: str, field: Callable[[Any], Any]) -> list[Any]:
        values = listed(body.get(name))
        values = values if len(values) == len(stamps) else [None] * len(stamps)
        return [field(values[at]) for at in kept]

    return {
        "timestamp": [stamps[at] for at in kept], "is_anomaly": column("is_anomaly", flag),
        **{name: column(name, number) for name in CHANNELS},
    }  # fmt: skip


def profile(body: Body) -> Body:
    """Figures of a time, and seven rows of 24 means."""
    grid = [listed(row) for row in listed(body.get("mean_by_weekday_and_hour_kwh"))]
    if [len(row) for row in grid] != [24] * 7:
        grid = [[None] * 24] * 7
    return complete(body, PROFILE) | {"mean_by_weekday_and_hour_kwh": [[number(v) for v in row] for row in grid]}


def summary(body: Body) -> Body:
    """Totals of clients."""
    return {"clients": [complete(row, TOTAL) for row in rows(body.get("clients"))]}


def forecast(body: Body) -> Body:
    """Points of a forecast that have a time."""
    points = [complete(row, POINT) for row in rows(body.get("points"))]
    return {"points": [point for point in points if point["timestamp"]]}
