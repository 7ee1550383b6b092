"""What people do with alerts and say of clients, in one transaction each."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import HTTPException

from serving.bodies.alerts import AlertChange, BulkChange, MissedAnomaly, SecondOpinion
from serving.problems import FieldError
from serving.release.served import Served
from vigia.errors import ConflictError, VocabularyError
from vigia.operate import decisions
from vigia.operate.decisions import By, Judged, Wish
from vigia.store import Connection, Database, alerts, answers, records
from vigia.store.alerts import Alert, Facts
from vigia.store.answers import Asked
from vigia.vocabulary import class_of

Act = Callable[[Connection, Alert, By], Alert]


def by(actor: str) -> By:
    """Somebody, now."""
    return By(actor, datetime.now(UTC))


def changed(
    served: Served, database: Database, alert_id: str, version: int | None, change: AlertChange, who: By, pairs: bool
) -> Alert:
    """An alert after a change; `version` is the one that was seen.

    Raises:
        HTTPException: 404, 412, 428.
        ConflictError: it cannot be changed so.
        FieldError: what is said with it is not enough.
    """
    wish = Wish(change.state, change.reason_code, change.note, change.evidence, change.assignee)

    def act(connection: Connection, alert: Alert, who: By) -> Alert:
        return decisions.change(connection, alert, wish, who, judged(served, alert), pairs)

    return acted(served, database, alert_id, version, who, act)


def seconded(
    served: Served, database: Database, alert_id: str, version: int | None, opinion: SecondOpinion, who: By
) -> Alert:
    """An alert whose confirmation another person approved or refused; errors as in `changed`."""

    def act(connection: Connection, alert: Alert, who: By) -> Alert:
        return decisions.second(connection, alert, opinion.approve, opinion.note, who, judged(served, alert))

    return acted(served, database, alert_id, version, who, act)


def accepted(served: Served, database: Database, client_id: str, alert_id: str, note: str, who: By) -> Alert:
    """An alert of a client whose matter was accepted as the new normal."""

    def act(connection: Connection, alert: Alert, who: By) -> Alert:
        _of_client(alert, client_id)
        return decisions.accept_normal(connection, alert, note, who, judged(served, alert))

    return acted(served, database, alert_id, None, who, act, tagged=False)


def no_longer_accepted(served: Served, database: Database, client_id: str, alert_id: str, who: By) -> Alert:
    """The same taken back."""

    def act(connection: Connection, alert: Alert, who: By) -> Alert:
        _of_client(alert, client_id)
        return decisions.accept_no_longer(connection, alert, None, who)

    return acted(served, database, alert_id, None, who, act, tagged=False)


def bulk(
    served: Served, database: Database, asked: BulkChange, who: By, pairs: bool, once: Asked | None
) -> list[dict[str, object]]:
    """One change of many alerts: each is changed or refused by itself; under one key all that once.

    Raises:
        ConflictError: something else was sent under the same key.
    """
    change = asked.change
    wish = Wish(change.state, change.reason_code, change.note, change.evidence, change.assignee)

    def act(connection: Connection, alert: Alert, who: By) -> Alert:
        return decisions.change(connection, alert, wish, who, judged(served, alert), pairs)

    with database.writing() as connection:
        before = None if once is None else answers.known(connection, once, who.now)
        if before is not None:
            return list(before.body["results"])
        results: list[dict[str, object]] = []
        for each in asked.alerts:
            try:
                alert = _acted(served, connection, each.alert_id, each.version, who, act)
                results.append({"alert_id": alert.id, "status": 200, "version": alert.version, "detail": None})
            except (HTTPException, ConflictError, FieldError) as error:
                status = getattr(error, "status_code", 409 if isinstance(error, ConflictError) else 422)
                detail = str(getattr(error, "detail", error))
                results.append({"alert_id": each.alert_id, "status": status, "version": None, "detail": detail})
        if once is not None:
            answers.record(connection, once, answers.Answer(200, {"results": results}), who.now)
    return results


def missed(served: Served, database: Database, asked: MissedAnomaly, who: By, once: Asked | None) -> Alert:
    """An anomaly that was not detected, recorded; under one key once.

    Raises:
        ConflictError: it is recorded already.
        FieldError: it ends before it begins, or lies in the future.
    """
    if asked.end is not None and asked.end <= asked.start:
        raise FieldError("body.end", "it is not after the start")
    if asked.start > who.now:
        raise FieldError("body.start", "it lies in the future")
    facts = Facts(
        client_id=asked.client_id,
        clients=(asked.client_id,),
        events=(),
        class_=class_of(asked.kind),
        kind=asked.kind,
        cause=None,
        stake=asked.stake,
        severity="medium",
        channels="active",
        start=asked.start,
        end=asked.end,
        first_alert_at=None,
        score=1.0,
        reason_es=asked.note,
        reason_en=asked.note,
    )
    with database.writing() as connection:
        before = None if once is None else answers.known(connection, once, who.now)
        found = None if before is None else alerts.one(connection, str(before.body["alert_id"]))
        if found is not None:
            return found
        _take_over(served, connection, who)
        made = decisions.by_hand(connection, facts, asked.note, who, asked.kind)
        if once is not None:
            answers.record(connection, once, answers.Answer(201, {"alert_id": made.id}), who.now)
        return made


def acted(
    served: Served, database: Database, alert_id: str, version: int | None, who: By, act: Act, tagged: bool = True
) -> Alert:
    """An alert after something was done with it, if it still is as it was seen.

    Raises:
        HTTPException: 404, there is none of that id; 428, the version that was seen is missing; 412, it is another one.
    """
    with database.writing() as connection:
        return _acted(served, connection, alert_id, version, who, act, tagged)


def _acted(
    served: Served, connection: Connection, alert_id: str, version: int | None, who: By, act: Act, tagged: bool = True
) -> Alert:
    alert = alerts.one(connection, alert_id)
    if alert is None:
        raise HTTPException(404, f"no alert {alert_id}")
    if tagged and version is None:
        raise HTTPException(428, f'say which version was seen: If-Match: "{alert.version}" is the present one')
    if tagged and version != alert.version:
        raise HTTPException(412, f"it was changed meanwhile: the present version is {alert.version}")
    _take_over(served, connection, who)
    try:
        return act(connection, alert, who)
    except VocabularyError as error:
        raise FieldError("body.reason_code" if "reason code" in str(error) else "body.note", str(error)) from error


def judged(served: Served, alert: Alert) -> list[Judged]:
    """The events inside an alert, as verdicts name them; of one that is not there any more the leading one."""
    events = served.release.events
    mine = events[events["event_id"].isin(alert.facts.events)]
    found = [
        Judged(str(client), str(kind), start.to_pydatetime())
        for client, kind, start in zip(mine["client_id"], mine["kind"], mine["start"], strict=True)
    ]
    return found or [Judged(alert.facts.client_id, alert.facts.kind, alert.facts.start)]


def _of_client(alert: Alert, client_id: str) -> None:
    if client_id not in alert.facts.clients:
        raise HTTPException(404, f"client {client_id} has no alert {alert.id}")


def _take_over(served: Served, connection: Connection, who: By) -> None:
    """What stood in files counts before what is said first in operation."""
    records.take_over(connection, served.release.site_log, served.release.verdicts, who.now)
