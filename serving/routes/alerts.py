"""Alerts: the list, one with its evidence, and what people do with them."""

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from pydantic import BaseModel

from serving.access import Actor, may
from serving.access.noted import about
from serving.alerts import work
from serving.alerts.detail import detail, history_line
from serving.alerts.listing import Now, WantedAlerts, line, listing
from serving.answers import send, stamp
from serving.bodies import alerts as bodies
from serving.bodies.names import Kind, Severity, Stake, State
from serving.intake.reading import described
from serving.intake.small import small
from serving.problems import declared
from serving.routes.arrived import Key
from serving.routes.parameters import Alerts, Current, Limit, Store, When, known
from vigia.store import alerts as stored
from vigia.store.alerts import Alert
from vigia.store.answers import Asked, digest_of

router = APIRouter(prefix="/alerts", responses=declared(503))
TAG = re.compile(r'(W/)?"(\d{1,9})"', re.ASCII)
READING = [may("reader")]
TAGGED = declared(403, 404, 408, 409, 412, 413, 415, 428)


def seen_version(if_match: Annotated[str | None, Header(max_length=100)] = None) -> int | None:
    """The version of `If-Match`; none where it is missing.

    Raises:
        HTTPException: 412, it is no tag of ours.
    """
    if if_match is None:
        return None
    found = TAG.fullmatch(if_match.strip())
    if found is None:
        raise HTTPException(412, 'If-Match takes one entity tag of an alert, like "3"')
    return int(found.group(2))


Seen = Annotated[int | None, Depends(seen_version)]
Operator = Annotated[Actor, may("operator")]


async def now_of(served: Current, request: Request) -> Now:
    """What is said of an alert depends on the time, and on what operation is configured to do."""
    operation = request.app.state.current.operation
    return Now(served, datetime.now(UTC), operation.overdue_days, operation.two_person)


Moment = Annotated[Now, Depends(now_of)]


def once_of(route: str, actor: Actor, key: str | None, asked: BaseModel) -> Asked | None:
    """A request under its idempotency key; none where it has none."""
    return None if key is None else Asked(route, actor.who, key, digest_of(asked.model_dump(mode="json")))


def answer(moment: Now, alert: Alert) -> Response:
    """An alert as it is, with its tag."""
    found = send({**stamp(moment.served), "alert": line(alert, moment)})
    found.headers["ETag"] = f'"{alert.version}"'
    return found


@router.get("", response_model=bodies.AlertList, dependencies=READING)
def alerts(
    request: Request,
    served: Current,
    database: Store,
    moment: Moment,
    state: State | None = None,
    assignee: str | None = None,
    client_id: str | None = None,
    sector: str | None = None,
    kind: Kind | None = None,
    stake: Stake | None = None,
    severity: Severity | None = None,
    open: bool | None = None,  # as the API calls it
    overdue: bool | None = None,
    withdrawn: bool = False,
    start: When = None,
    end: When = None,
    q: str | None = None,
    sort: bodies.AlertOrder = "severity",
    limit: Limit = 50,
    cursor: str | None = None,
) -> Response:
    """Alerts, one an incident: those first that somebody has to act on."""
    clients = None if client_id is None else {client_id}
    if sector is not None:
        members = set(served.members(sector))
        clients = members if clients is None else members & clients
    wanted = WantedAlerts(
        state,
        assignee,
        None if clients is None else frozenset(clients),
        kind,
        stake,
        severity,
        open,
        overdue,
        start,
        end,
        q,
        withdrawn,
    )
    found = request.app.state.current.book.all(database)
    return send({**stamp(served), **listing(found, wanted, sort, limit, cursor, moment)})


@router.get("/{alert_id}", response_model=bodies.AlertDetail, responses=declared(404), dependencies=READING)
def alert(alert_id: str, served: Current, database: Store, moment: Moment, by_event: Alerts) -> Response:
    """One alert with what speaks for and against it; its version is the entity tag."""
    with database.reading() as connection:
        found = stored.one(connection, alert_id)
        if found is None:
            raise HTTPException(404, f"no alert {alert_id}")
        told = send({**stamp(served), **detail(connection, found, moment, by_event)})
    told.headers["ETag"] = f'"{found.version}"'
    return told


@router.get("/{alert_id}/history", response_model=bodies.History, responses=declared(404), dependencies=READING)
def history(alert_id: str, served: Current, database: Store) -> Response:
    """All that was done to an alert."""
    with database.reading() as connection:
        if stored.one(connection, alert_id) is None:
            raise HTTPException(404, f"no alert {alert_id}")
        rows = [history_line(each) for each in stored.history(connection, alert_id)]
    return send({**stamp(served), "items": rows})


@router.patch(
    "/{alert_id}",
    response_model=bodies.AlertAnswer,
    responses=TAGGED,
    openapi_extra=described(bodies.AlertChange),
)
def change(
    alert_id: str,
    asked: Annotated[bodies.AlertChange, small(bodies.AlertChange)],
    served: Current,
    database: Store,
    moment: Moment,
    version: Seen,
    actor: Operator,
) -> Response:
    """Move an alert on, note something of it, or give it to somebody; needs `If-Match` with the version seen."""
    return answer(
        moment, work.changed(served, database, alert_id, version, asked, work.by(actor.who), moment.two_person)
    )


@router.post(
    "/{alert_id}/second",
    response_model=bodies.AlertAnswer,
    responses=TAGGED,
    openapi_extra=described(bodies.SecondOpinion),
)
def second(
    alert_id: str,
    asked: Annotated[bodies.SecondOpinion, small(bodies.SecondOpinion)],
    served: Current,
    database: Store,
    moment: Moment,
    version: Seen,
    actor: Operator,
) -> Response:
    """Approve or refuse a confirmation that another person asked for; needs `If-Match`."""
    return answer(moment, work.seconded(served, database, alert_id, version, asked, work.by(actor.who)))


@router.post(
    "/bulk",
    response_model=bodies.BulkAnswer,
    responses=declared(403, 408, 409, 413, 415),
    openapi_extra=described(bodies.BulkChange),
)
def bulk(
    request: Request,
    asked: Annotated[bodies.BulkChange, small(bodies.BulkChange)],
    served: Current,
    database: Store,
    moment: Moment,
    actor: Operator,
    idempotency_key: Key = None,
) -> Response:
    """One change of many alerts; each is changed or refused by itself. The same key again is answered as before."""
    about(request, " ".join(each.alert_id for each in asked.alerts))
    once = once_of("POST:/v1/alerts/bulk", actor, idempotency_key, asked)
    results = work.bulk(served, database, asked, work.by(actor.who), moment.two_person, once)
    return send({**stamp(served), "results": results})


@router.post(
    "",
    response_model=bodies.AlertAnswer,
    status_code=201,
    responses=declared(403, 404, 408, 409, 413, 415),
    openapi_extra=described(bodies.MissedAnomaly),
)
def missed(
    request: Request,
    asked: Annotated[bodies.MissedAnomaly, small(bodies.MissedAnomaly)],
    served: Current,
    database: Store,
    moment: Moment,
    actor: Operator,
    idempotency_key: Key = None,
) -> Response:
    """Record an anomaly that was not detected. The same key again is answered as before."""
    known(served, asked.client_id)
    once = once_of("POST:/v1/alerts", actor, idempotency_key, asked)
    alert = work.missed(served, database, asked, work.by(actor.who), once)
    about(request, alert.id)
    found = answer(moment, alert)
    found.status_code = 201
    return found
