"""What people say of a client: what was announced, and what is usual from now on."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Response

from serving.alerts import work
from serving.alerts.detail import entry_line
from serving.answers import send, stamp
from serving.bodies import alerts as bodies
from serving.intake.reading import described
from serving.intake.small import small
from serving.problems import FieldError, declared
from serving.routes.alerts import READING, Moment, Operator, answer
from serving.routes.parameters import Current, Store, known
from vigia.store import records
from vigia.store.tables import SITE_LOG

router = APIRouter(prefix="/clients/{client_id}", responses=declared(404, 503))
Number = Annotated[int, Path(ge=1, le=2**53)]


@router.post(
    "/accept-normal",
    response_model=bodies.AlertAnswer,
    responses=declared(403, 408, 409, 413, 415),
    openapi_extra=described(bodies.AcceptNormal),
)
def accept_normal(
    client_id: str,
    asked: Annotated[bodies.AcceptNormal, small(bodies.AcceptNormal)],
    served: Current,
    database: Store,
    moment: Moment,
    actor: Operator,
) -> Response:
    """Accept what an alert is about as the new normal: it ends, and what it brought is usual from then on."""
    client = known(served, client_id)
    found = work.accepted(served, database, client.client_id, asked.alert_id, asked.note, work.by(actor.who))
    return answer(moment, found)


@router.delete("/accept-normal", response_model=bodies.AlertAnswer, responses=declared(403, 409))
def accept_no_longer(
    client_id: str,
    served: Current,
    database: Store,
    moment: Moment,
    actor: Operator,
    alert_id: Annotated[str, Query(max_length=64)],
) -> Response:
    """Take that back: nothing of it is left in what is found."""
    client = known(served, client_id)
    return answer(moment, work.no_longer_accepted(served, database, client.client_id, alert_id, work.by(actor.who)))


@router.get("/site-log", response_model=bodies.SiteLog, dependencies=READING)
def site_log(client_id: str, served: Current, database: Store) -> Response:
    """What was announced of a client, as far as it stands."""
    client, zone = known(served, client_id), served.release.params.fleet.timezone
    with database.reading() as connection:
        if records.taken_over(connection):
            rows = [entry_line(each, zone) for each in records.entries(connection, SITE_LOG, client.client_id)]
        else:
            rows = []
    return send({**stamp(served), "items": rows})


@router.post(
    "/site-log",
    response_model=bodies.SiteLogAnswer,
    status_code=201,
    responses=declared(403, 408, 413, 415),
    openapi_extra=described(bodies.SiteLogEntry),
)
def announce(
    client_id: str,
    asked: Annotated[bodies.SiteLogEntry, small(bodies.SiteLogEntry)],
    served: Current,
    database: Store,
    actor: Operator,
) -> Response:
    """Announce something of a client, such as a planned stop; without an end it holds from then on."""
    client, zone = known(served, client_id), served.release.params.fleet.timezone
    if asked.end is not None and asked.end <= asked.start:
        raise FieldError("body.end", "it is not after the start")
    with database.writing() as connection:
        now = datetime.now(UTC)
        records.take_over(connection, served.release.site_log, served.release.verdicts, now)
        number = records.add_entry(connection, actor.who, now, client.client_id, asked.start, asked.end, asked.what)
        (entry,) = [each for each in records.entries(connection, SITE_LOG, client.client_id) if each.id == number]
    found = send({**stamp(served), "entry": entry_line(entry, zone)})
    found.status_code = 201
    return found


@router.delete("/site-log/{entry_id}", response_model=bodies.SiteLog, responses=declared(403))
def withdraw(client_id: str, entry_id: Number, served: Current, database: Store, actor: Operator) -> Response:
    """Take an entry back; what is left is the answer."""
    client, zone = known(served, client_id), served.release.params.fleet.timezone
    with database.writing() as connection:
        mine = {each.id for each in records.entries(connection, SITE_LOG, client.client_id)}
        if entry_id not in mine:
            raise HTTPException(404, f"client {client.client_id} has no entry {entry_id}")
        records.withdraw(connection, SITE_LOG, entry_id, actor.who, datetime.now(UTC))
        rows = [entry_line(each, zone) for each in records.entries(connection, SITE_LOG, client.client_id)]
    return send({**stamp(served), "items": rows})
