"""Alerts: what a person works on, with their history.

Detection says what is behind an alert (`Facts`), people say what became of it. Both change a row, which counts its
versions; every change is a row of the history, which is only added to.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from vigia.store.tables import ALERT_HISTORY, ALERTS

FINISHED = ("dismissed", "closed")
"""States in which nobody has to do anything any more."""


@dataclass(frozen=True)
class Facts:
    """What detection says of an incident; units and names as in table `events`.

    Attributes:
        client_id: of the leading event.
        clients: all that it concerns.
        events: ids of the events inside, the leading one first.
    """

    client_id: str
    clients: tuple[str, ...]
    events: tuple[str, ...]
    class_: str
    kind: str
    cause: str | None
    stake: str
    severity: str
    channels: str
    start: datetime
    end: datetime | None
    first_alert_at: datetime | None
    score: float
    reason_es: str
    reason_en: str
    witnesses: str | None = None
    expected_kwh: float | None = None
    actual_kwh: float | None = None
    energy_at_stake_kwh: float | None = None
    energy_low_kwh: float | None = None
    energy_high_kwh: float | None = None
    money_at_stake: float | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Alert:
    """An alert as it stands.

    Attributes:
        id: kept over days and releases: the id of the event that raised it.
        version: grows with every change.
        facts: what detection says by now.
        release: digest of the release that raised it; none = recorded by hand.
        raised_at: when it was really raised.
        ended_at: when its end was seen; none = it goes on.
        withdrawn_at: when its event was no longer found; none = it is there.
        merged_into: the alert that its events are part of now.
        state: one of `vocabulary.people.STATES`, since `state_at`.
        reason_code: that goes with the state.
        assignee: whose it is.
        second_wanted: it is to be confirmed, and another person has to approve.
        told_at, told_kwh: when it was told in a digest last, and what was at stake then.
    """

    id: str
    version: int
    facts: Facts
    release: str | None
    raised_at: datetime
    state: str
    state_at: datetime
    ended_at: datetime | None = None
    withdrawn_at: datetime | None = None
    merged_into: str | None = None
    reason_code: str | None = None
    assignee: str | None = None
    second_wanted: bool = False
    told_at: datetime | None = None
    told_kwh: float | None = None

    @property
    def there(self) -> bool:
        """Whether its event is still found."""
        return self.withdrawn_at is None


@dataclass(frozen=True)
class Change:
    """A row of the history: what was done to an alert, by whom.

    Attributes:
        what: `raised`, `ended`, `resumed`, `withdrawn`, `returned`, `merged`, `severity`, `state`, `assignee`, `note`.
        before, after: of what was changed.
        evidence: address or name of what supports it.
    """

    alert_id: str
    at: datetime
    actor: str
    what: str
    before: str | None = None
    after: str | None = None
    reason_code: str | None = None
    note: str | None = None
    evidence: str | None = None
    id: int | None = field(default=None, compare=False)


def one(connection: Connection, alert_id: str) -> Alert | None:
    """An alert by its id."""
    row = connection.execute(select(ALERTS).where(ALERTS.c.id == alert_id)).mappings().one_or_none()
    return None if row is None else _alert(row)


def listed(
    connection: Connection,
    ids: Collection[str] | None = None,
    states: Collection[str] | None = None,
    there: bool | None = None,
) -> list[Alert]:
    """Alerts in the order in which they were raised.

    Args:
        connection: of a transaction.
        ids: those of these ids; none = all.
        states: those in one of these states; none = all.
        there: whether their event is still found; none = both.
    """
    wanted: Select[Any] = select(ALERTS)
    if ids is not None:
        wanted = wanted.where(ALERTS.c.id.in_(list(ids)))
    if states is not None:
        wanted = wanted.where(ALERTS.c.state.in_(list(states)))
    if there is not None:
        wanted = wanted.where(ALERTS.c.withdrawn_at.is_(None) if there else ALERTS.c.withdrawn_at.is_not(None))
    return [_alert(row) for row in connection.execute(wanted.order_by(ALERTS.c.raised_at, ALERTS.c.id)).mappings()]


def add(connection: Connection, alerts: Sequence[Alert], changes: Sequence[Change]) -> None:
    """Record new alerts, with what their history begins with."""
    if alerts:
        connection.execute(insert(ALERTS), [_row(each) for each in alerts])
    write(connection, changes)


def put(connection: Connection, alert: Alert, changes: Sequence[Change]) -> Alert:
    """Record an alert that was changed, with what was done to it; returns it with its new version."""
    changed = Alert(**{**_shallow(alert), "version": alert.version + 1})
    row = _row(changed)
    connection.execute(update(ALERTS).where(ALERTS.c.id == row.pop("id")).values(row))
    write(connection, changes)
    return changed


def write(connection: Connection, changes: Sequence[Change]) -> None:
    """Add rows to the history."""
    if changes:
        rows = [{name: value for name, value in asdict(each).items() if name != "id"} for each in changes]
        connection.execute(insert(ALERT_HISTORY), rows)


def history(connection: Connection, alert_id: str) -> list[Change]:
    """All that was done to an alert, in order."""
    wanted = select(ALERT_HISTORY).where(ALERT_HISTORY.c.alert_id == alert_id).order_by(ALERT_HISTORY.c.id)
    return [Change(**row) for row in connection.execute(wanted).mappings()]


def changed(connection: Connection) -> tuple[int, int]:
    """Two numbers, of which one grows with everything that is done to any alert."""
    row = connection.execute(select(func.count(), func.coalesce(func.sum(ALERTS.c.version), 0)).select_from(ALERTS))
    count, versions = row.one()
    return int(count), int(versions)


_FACTS = tuple(each.name for each in fields(Facts))
_OWN = tuple(each.name for each in fields(Alert) if each.name != "facts")


def _shallow(alert: Alert) -> dict[str, Any]:
    return {each.name: getattr(alert, each.name) for each in fields(Alert)}


def _row(alert: Alert) -> dict[str, Any]:
    found = {name: getattr(alert, name) for name in _OWN}
    found |= {name.rstrip("_"): getattr(alert.facts, name) for name in _FACTS}
    return found | {"clients": list(alert.facts.clients), "events": list(alert.facts.events)}


def _alert(row: RowMapping) -> Alert:
    values: Mapping[str, Any] = dict(row)
    facts = {name: values[name.rstrip("_")] for name in _FACTS}
    facts |= {"clients": tuple(values["clients"]), "events": tuple(values["events"])}
    return Alert(facts=Facts(**facts), **{name: values[name] for name in _OWN})
