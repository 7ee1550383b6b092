"""Alerts as they are listed: filtered, ordered, in pages, with a small picture of the client's last days."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from serving.answers import iso_texts, plain, rounded
from serving.paging import page_of
from serving.release.served import Served
from vigia.alarming.states import OPEN, is_growing, is_overdue
from vigia.alarming.worklist import RANK
from vigia.store.alerts import Alert, Facts

SPARK_DAYS = 42


@dataclass(frozen=True)
class WantedAlerts:
    """Which alerts are asked for; what is None does not matter.

    Attributes:
        clients: those that concern one of these.
        open: whether somebody has to do something.
        start, end: those that last beyond the one and begin before the other.
        words: in the client's name or id, or in the reason.
        withdrawn: whether those are meant of which no event is found any more.
    """

    state: str | None = None
    assignee: str | None = None
    clients: frozenset[str] | None = None
    kind: str | None = None
    stake: str | None = None
    severity: str | None = None
    open: bool | None = None
    overdue: bool | None = None
    start: datetime | None = None
    end: datetime | None = None
    words: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Now:
    """What lines depend on beside the alerts."""

    served: Served
    now: datetime
    overdue_days: float
    two_person: bool = False


ORDERS: dict[str, Callable[[Alert], tuple[Any, ...]]] = {
    "severity": lambda a: (a.state not in OPEN, RANK[a.facts.severity], a.facts.end is not None, *_worth(a)),
    "start": lambda a: (-a.facts.start.timestamp(), *_worth(a)),
    "energy": lambda a: (a.state not in OPEN, *_worth(a)),
    "raised": lambda a: (-a.raised_at.timestamp(), *_worth(a)),
}
"""Those come first that somebody has to act on, then grave, open and costly ones."""


def listing(
    alerts: Sequence[Alert], wanted: WantedAlerts, order: str, limit: int, cursor: str | None, now: Now
) -> dict[str, Any]:
    """A page of the alerts that are wanted."""
    of_any_state = [each for each in alerts if _is_wanted(each, wanted, now)]
    found = [each for each in of_any_state if _in_state(each, wanted)]
    found.sort(key=ORDERS[order])
    page, following = page_of(cursor, limit, len(found))
    return {
        "items": [line(each, now, spark=True) for each in found[page]],
        "total": len(found),
        "by_state": _counts(each.state for each in of_any_state),
        "by_severity": _counts(each.facts.severity for each in found),
        "next_cursor": following,
    }


def line(alert: Alert, now: Now, spark: bool = False) -> dict[str, Any]:
    """An alert as the API shows it; times in the fleet's zone."""
    facts, zone = alert.facts, now.served.release.params.fleet.timezone
    client = now.served.clients.get(facts.client_id)
    said = {name: getattr(facts, name) for name in facts.__dataclass_fields__ if name not in ("clients", "events")}
    own = {
        name: getattr(alert, name)
        for name in alert.__dataclass_fields__
        if name not in ("id", "facts", "release", "told_at", "told_kwh")
    }
    values = {"alert_id": alert.id, **own, **{name.rstrip("_"): value for name, value in said.items()}}
    return {
        **plain({name: local(value, zone) for name, value in values.items()}),
        "by_hand": alert.release is None,
        "growing": is_growing(facts.energy_at_stake_kwh, alert.told_kwh),
        "overdue": is_overdue(alert.state, alert.state_at, now.now, now.overdue_days),
        "client_name": facts.client_id if client is None else client.name,
        "sector": None if client is None else client.sector,
        "members": list(facts.clients),
        "events": list(facts.events),
        "energy_a_day_kwh": _a_day(alert, now.served),
        "stake_sign": {"missing": 1, "surplus": -1}.get(facts.stake, 0),
        **_money_interval(facts),
        "spark": _spark(now.served, facts.client_id) if spark else None,
    }


def _worth(alert: Alert) -> tuple[float, float, str]:
    facts = alert.facts
    return -(facts.money_at_stake or 0.0), -(facts.energy_at_stake_kwh or 0.0), alert.id


def _is_wanted(alert: Alert, wanted: WantedAlerts, now: Now) -> bool:
    """Whether an alert is wanted, whatever its state."""
    facts = alert.facts
    overdue = is_overdue(alert.state, alert.state_at, now.now, now.overdue_days)
    return (
        wanted.withdrawn == (not alert.there)
        and wanted.assignee in (None, alert.assignee)
        and (wanted.clients is None or not wanted.clients.isdisjoint(facts.clients))
        and wanted.kind in (None, facts.kind)
        and wanted.stake in (None, facts.stake)
        and wanted.severity in (None, facts.severity)
        and wanted.overdue in (None, overdue)
        and (wanted.start is None or facts.end is None or facts.end > wanted.start)
        and (wanted.end is None or facts.start < wanted.end)
        and _holds(alert, wanted.words, now)
    )


def _in_state(alert: Alert, wanted: WantedAlerts) -> bool:
    return wanted.state in (None, alert.state) and wanted.open in (None, alert.state in OPEN)


def _holds(alert: Alert, words: str | None, now: Now) -> bool:
    if not words or not words.strip():
        return True
    client = now.served.clients.get(alert.facts.client_id)
    name = "" if client is None else f"{client.name} {client.sector}"
    text = f"{alert.id} {' '.join(alert.facts.clients)} {name} {alert.facts.reason_es} {alert.facts.reason_en}"
    return words.strip().lower() in text.lower()


def _money_interval(facts: Facts) -> dict[str, float | None]:
    """The interval of the energy at stake, at the price of the energy."""
    price = None
    if facts.money_at_stake is not None and facts.energy_at_stake_kwh:
        price = facts.money_at_stake / facts.energy_at_stake_kwh
    ends = {"money_low": facts.energy_low_kwh, "money_high": facts.energy_high_kwh}
    return {name: None if price is None or kwh is None else round(price * kwh, 2) for name, kwh in ends.items()}


def _a_day(alert: Alert, served: Served) -> float | None:
    """Energy at stake on a day of the event."""
    facts = alert.facts
    if facts.energy_at_stake_kwh is None:
        return None
    until = facts.end or served.release.data_until.to_pydatetime()
    days = max((until - facts.start).total_seconds() / 86_400, 1.0)
    return round(facts.energy_at_stake_kwh / days, 3)


def _spark(served: Served, client_id: str) -> dict[str, Any] | None:
    if client_id not in served.clients:
        return None
    columns = served.clients[client_id].columns("day", "past_only")
    zone = served.release.params.fleet.timezone
    stamps = pd.DatetimeIndex(columns["stamp"][-SPARK_DAYS:].astype("datetime64[us]"), tz="UTC").tz_convert(zone)
    return {
        "days": iso_texts(stamps),
        **{name: rounded(columns[name][-SPARK_DAYS:]) for name in ("actual_kwh", "expected_kwh")},
    }


def local(value: Any, zone: str) -> Any:
    """A value, a time in a zone."""
    return pd.Timestamp(value).tz_convert(zone) if isinstance(value, datetime) else value


def _counts(values: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found
