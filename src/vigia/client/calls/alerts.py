"""Alerts: the list, one with its evidence, and what people do with them."""

from collections.abc import Iterable
from typing import Literal

from vigia.client.answers import alerts as answers
from vigia.client.call import IDEMPOTENCY_KEY, Call, Json
from vigia.client.given import Time, given, maybe_time, time

Alert = answers.AlertLine | answers.AlertDetail | answers.AlertAnswer
"""An alert as it was seen; a change counts only if it is still at that version."""


def alerts(
    *,
    state: str | None = None,
    assignee: str | None = None,
    client_id: str | None = None,
    sector: str | None = None,
    kind: str | None = None,
    stake: str | None = None,
    severity: str | None = None,
    open: bool | None = None,  # as the API calls it
    overdue: bool | None = None,
    withdrawn: bool = False,
    start: Time | None = None,
    end: Time | None = None,
    q: str | None = None,
    sort: str = "severity",
    limit: int = 50,
    cursor: str | None = None,
) -> Call[answers.AlertList]:
    """A page of alerts, one an incident: those first that somebody has to act on.

    Args:
        state: `new`, `in_review`, `confirmed`, `dismissed`, `missed` or `closed`.
        assignee: whose they are.
        client_id: those that concern this client.
        sector: those that concern clients of this sector.
        kind: such as `level_down`; values are those of `vocabulary`.
        stake: `missing`, `surplus`, `supply` or `data`.
        severity: `critical`, `high`, `medium` or `low`.
        open: whether somebody has to do something.
        overdue: whether they are in review for too long.
        withdrawn: those instead of which no event is found any more.
        start: those that last beyond it.
        end: those that begin before it.
        q: text in the client's name or id, or in the reason.
        sort: `severity`, `start`, `energy` or `raised`.
        limit: of rows, 1 to 500.
        cursor: `next_cursor` of the page before.
    """
    query = {
        "state": state, "assignee": assignee, "client_id": client_id, "sector": sector, "kind": kind, "stake": stake,
        "severity": severity, "open": open, "overdue": overdue, "withdrawn": withdrawn, "start": maybe_time(start),
        "end": maybe_time(end), "q": q, "sort": sort, "limit": limit, "cursor": cursor,
    }  # fmt: skip
    return Call("GET", "/alerts", answers.AlertList, query=query)


def alert(alert_id: str) -> Call[answers.AlertDetail]:
    """One alert with what speaks for and against it."""
    return Call("GET", "/alerts/{alert_id}", answers.AlertDetail, parts={"alert_id": alert_id})


def history(alert_id: str) -> Call[answers.History]:
    """All that was done to an alert."""
    return Call("GET", "/alerts/{alert_id}/history", answers.History, parts={"alert_id": alert_id})


def change(
    alert: Alert,
    *,
    state: str | None = None,
    reason_code: str | None = None,
    note: str | None = None,
    evidence: str | None = None,
    assignee: str | None = None,
) -> Call[answers.AlertAnswer]:
    """Move an alert on, note something of it, or give it to somebody; what is not said stays.

    Args:
        alert: as it was seen; `Stale` where it was changed since.
        state: the next one; `Conflict` where it does not follow.
        reason_code: of a confirmation or a dismissal, one of `vocabulary().reason_codes`.
        note: what was seen, in words; a dismissal needs it or its code.
        evidence: what a confirmation rests on, such as the number of a report.
        assignee: whose it is from now on; empty: nobody's.
    """
    body = given(state=state, reason_code=reason_code, note=note, evidence=evidence, assignee=assignee)
    return _at_version("PATCH", "/alerts/{alert_id}", alert, body)


def second_opinion(alert: Alert, *, approve: bool, note: str | None = None) -> Call[answers.AlertAnswer]:
    """Approve or refuse a confirmation that another person asked for."""
    return _at_version("POST", "/alerts/{alert_id}/second", alert, given(approve=approve, note=note))


def change_many(
    alerts: Iterable[Alert],
    *,
    state: str | None = None,
    reason_code: str | None = None,
    note: str | None = None,
    evidence: str | None = None,
    assignee: str | None = None,
    key: str | None = None,
) -> Call[answers.BulkAnswer]:
    """One change of many alerts, at most 200; each is changed or refused by itself, and the answer says which.

    Under a `key` it is done once, however often it is sent.
    """
    change = given(state=state, reason_code=reason_code, note=note, evidence=evidence, assignee=assignee)
    seen = [{"alert_id": each.alert_id, "version": each.version} for each in map(_line, alerts)]
    body = {"alerts": seen, "change": change}
    return Call("POST", "/alerts/bulk", answers.BulkAnswer, body=body, headers=_once(key))


def record_missed(
    client_id: str,
    kind: str,
    start: Time,
    note: str,
    *,
    end: Time | None = None,
    stake: str = "missing",
    key: str | None = None,
) -> Call[answers.AlertAnswer]:
    """Record an anomaly that was not detected; under a `key` it is recorded once, however often it is sent."""
    body = given(client_id=client_id, kind=kind, stake=stake, start=time(start), end=maybe_time(end), note=note)
    return Call("POST", "/alerts", answers.AlertAnswer, body=body, headers=_once(key))


def _once(key: str | None) -> dict[str, str]:
    return {} if key is None else {IDEMPOTENCY_KEY: key}


def accept_normal(client_id: str, alert_id: str, note: str) -> Call[answers.AlertAnswer]:
    """Accept what an alert is about as the new normal: it ends, and what it brought is usual from then on."""
    body = {"alert_id": alert_id, "note": note}
    return Call("POST", ACCEPTED, answers.AlertAnswer, parts={"client_id": client_id}, body=body)


def accept_no_longer(client_id: str, alert_id: str) -> Call[answers.AlertAnswer]:
    """Take that back."""
    parts, query = {"client_id": client_id}, {"alert_id": alert_id}
    return Call("DELETE", ACCEPTED, answers.AlertAnswer, parts=parts, query=query)


def site_log(client_id: str) -> Call[answers.SiteLog]:
    """What was announced of a client, as far as it stands."""
    return Call("GET", ANNOUNCED, answers.SiteLog, parts={"client_id": client_id})


def announce(client_id: str, start: Time, what: str, *, end: Time | None = None) -> Call[answers.SiteLogAnswer]:
    """Announce something of a client, such as a planned stop; without an end it holds from then on."""
    body = given(start=time(start), end=maybe_time(end), what=what)
    return Call("POST", ANNOUNCED, answers.SiteLogAnswer, parts={"client_id": client_id}, body=body)


def withdraw(client_id: str, entry_id: int) -> Call[answers.SiteLog]:
    """Take an entry of the site log back; what is left is the answer."""
    parts = {"client_id": client_id, "entry_id": entry_id}
    return Call("DELETE", f"{ANNOUNCED}/{{entry_id}}", answers.SiteLog, parts=parts)


ACCEPTED, ANNOUNCED = "/clients/{client_id}/accept-normal", "/clients/{client_id}/site-log"


def _line(alert: Alert) -> answers.AlertLine:
    return alert if isinstance(alert, answers.AlertLine) else alert.alert


def _at_version(verb: Literal["PATCH", "POST"], route: str, alert: Alert, body: Json) -> Call[answers.AlertAnswer]:
    seen = _line(alert)
    headers = {"If-Match": f'"{seen.version}"'}
    return Call(verb, route, answers.AlertAnswer, parts={"alert_id": seen.alert_id}, body=body, headers=headers)
