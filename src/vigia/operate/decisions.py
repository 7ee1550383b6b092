"""What people do with alerts and say of clients: each is recorded with who did it, and weighs in what is found next.

A decision on an alert is a verdict on every event inside it. Reopening takes the verdicts back, without a trace in what
is found from then on; the history keeps both.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vigia.alarming import states
from vigia.errors import ConflictError, VocabularyError
from vigia.store import Connection, alerts, records
from vigia.store.alerts import Alert, Change, Facts
from vigia.store.tables import VERDICTS

DECIDED = ("confirmed", "dismissed")
NEW_NORMAL = "new_normal"


@dataclass(frozen=True)
class Judged:
    """An event inside an alert, as a verdict names it."""

    client_id: str
    kind: str
    start: datetime


@dataclass(frozen=True)
class Wish:
    """What somebody wants of an alert; what is None stays as it is.

    Attributes:
        state: to which it is to go.
        reason_code: that goes with it.
        note: in words.
        evidence: address or name of what supports it.
        assignee: whose it is to be; empty = nobody's.
    """

    state: str | None = None
    reason_code: str | None = None
    note: str | None = None
    evidence: str | None = None
    assignee: str | None = None


@dataclass(frozen=True)
class By:
    """Who does something, and when."""

    actor: str
    now: datetime


def change(
    connection: Connection, alert: Alert, wish: Wish, by: By, events: Sequence[Judged], two_person: bool = False
) -> Alert:
    """Do with an alert what is wished; returns it as it is then.

    Args:
        connection: of a transaction that writes.
        alert: as it is.
        wish: what is wanted.
        by: who wants it.
        events: inside the alert.
        two_person: whether a confirmation needs another person.

    Raises:
        ConflictError: it cannot go from its state to that one, or waits for a second person.
        VocabularyError: what is said with it is not enough.
    """
    after, told = alert, []
    if wish.assignee is not None and (wish.assignee or None) != alert.assignee:
        after = replace(after, assignee=wish.assignee or None)
        told.append(_told(alert, by, "assignee", alert.assignee, wish.assignee or None))
    if wish.state is not None and wish.state != alert.state:
        states.check(alert.state, wish.state, wish.reason_code, wish.note, wish.evidence)
        if alert.second_wanted:
            raise ConflictError("it waits for a second person to approve or refuse its confirmation")
        if two_person and wish.state == "confirmed":
            after = replace(after, second_wanted=True, reason_code=wish.reason_code)
            told.append(_told(alert, by, "asked", alert.state, wish.state, wish))
        else:
            after = _moved(connection, after, wish.state, wish.reason_code, wish.note, by, events)
            told.append(_told(alert, by, "state", alert.state, wish.state, wish))
    elif wish.reason_code is not None:
        raise VocabularyError("a reason code goes with another state")
    elif wish.note or wish.evidence:
        told.append(_told(alert, by, "note", wish=wish))
    if not told:
        return alert
    return alerts.put(connection, after, told)


def second(
    connection: Connection, alert: Alert, approve: bool, note: str | None, by: By, events: Sequence[Judged]
) -> Alert:
    """Approve or refuse a confirmation that another person asked for.

    Raises:
        ConflictError: none was asked for, or by the same person.
    """
    asked = next((each for each in reversed(alerts.history(connection, alert.id)) if each.what == "asked"), None)
    if not alert.second_wanted or asked is None:
        raise ConflictError("no confirmation of it waits for a second person")
    if asked.actor == by.actor:
        raise ConflictError("the second person must be another one than the first")
    after = replace(alert, second_wanted=False)
    if approve:
        after = _moved(connection, after, "confirmed", alert.reason_code, asked.note, by, events)
        wish = Wish(reason_code=alert.reason_code, note=note, evidence=asked.evidence)
        return alerts.put(connection, after, [_told(alert, by, "state", alert.state, "confirmed", wish)])
    after = replace(after, reason_code=None)
    return alerts.put(connection, after, [_told(alert, by, "refused", wish=Wish(note=note))])


def by_hand(connection: Connection, facts: Facts, note: str, by: By, key: str) -> Alert:
    """Record an anomaly that was missed; returns its alert.

    Args:
        connection: of a transaction that writes.
        facts: what is known of it; without events.
        note: what was found.
        by: who found it.
        key: that tells it from others: the same one again is a conflict.

    Raises:
        ConflictError: it is recorded already.
    """
    number = hashlib.sha256(f"by hand|{facts.client_id}|{facts.start.isoformat()}|{key}".encode()).hexdigest()[:16]
    if alerts.one(connection, number) is not None:
        raise ConflictError(f"this anomaly is recorded already, as alert {number}")
    alert = Alert(number, 1, facts, None, by.now, "missed", by.now, ended_at=by.now if facts.end else None)
    alerts.add(connection, [alert], [_told(alert, by, "recorded", None, "missed", Wish(note=note))])
    _judge(connection, alert, "confirmed", note, by, [Judged(facts.client_id, facts.kind, facts.start)])
    return alert


def accept_normal(connection: Connection, alert: Alert, note: str, by: By, events: Sequence[Judged]) -> Alert:
    """Accept what an alert is about as the new normal: it ends, and what it brought is usual from then on.

    Raises:
        ConflictError: it is decided already, or is a problem of the data, which stays one.
    """
    if alert.facts.class_ not in ("consumption", "supply"):
        raise ConflictError(f"a matter of {alert.facts.class_} cannot become a new normal")
    if alert.state not in states.OPEN:
        raise ConflictError(f"an alert that is {alert.state} is decided already; reopen it first")
    after = replace(alert, state="dismissed", state_at=by.now, reason_code="production_change", second_wanted=False)
    _judge(connection, alert, NEW_NORMAL, note, by, events)
    wish = Wish(reason_code="production_change", note=note)
    return alerts.put(connection, after, [_told(alert, by, "accepted", alert.state, "dismissed", wish)])


def accept_no_longer(connection: Connection, alert: Alert, note: str | None, by: By) -> Alert:
    """Take that back: the alert is in review again.

    Raises:
        ConflictError: it is not accepted.
    """
    if not _withdrawn(connection, alert, (NEW_NORMAL,), by):
        raise ConflictError("what it is about is not accepted as normal")
    after = replace(alert, state="in_review", state_at=by.now, reason_code=None)
    return alerts.put(connection, after, [_told(alert, by, "state", alert.state, "in_review", Wish(note=note))])


def _moved(
    connection: Connection,
    alert: Alert,
    state: str,
    reason_code: str | None,
    note: str | None,
    by: By,
    events: Sequence[Judged],
) -> Alert:
    """An alert in another state, with the verdicts that follow from it."""
    if state in DECIDED:
        _judge(connection, alert, state, note, by, events)
    elif state == "in_review":
        _withdrawn(connection, alert, (*DECIDED, NEW_NORMAL), by)
    kept = alert.reason_code if state == "closed" else reason_code
    return replace(alert, state=state, state_at=by.now, reason_code=kept)


def _judge(
    connection: Connection, alert: Alert, verdict: str, note: str | None, by: By, events: Sequence[Judged]
) -> None:
    for each in events:
        records.add_verdict(
            connection, by.actor, by.now, each.client_id, each.kind, each.start, verdict, note, alert.id
        )


def _withdrawn(connection: Connection, alert: Alert, verdicts: Sequence[str], by: By) -> int:
    """Take back the verdicts that came from an alert; says how many."""
    mine = [
        each
        for each in records.entries(connection, VERDICTS)
        if each.values["alert_id"] == alert.id and each.values["verdict"] in verdicts
    ]
    for each in mine:
        records.withdraw(connection, VERDICTS, each.id, by.actor, by.now)
    return len(mine)


def _told(
    alert: Alert, by: By, what: str, before: str | None = None, after: str | None = None, wish: Wish | None = None
) -> Change:
    said = wish or Wish()
    return Change(alert.id, by.now, by.actor, what, before, after, said.reason_code, said.note, said.evidence)
