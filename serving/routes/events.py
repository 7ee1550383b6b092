"""Events: the list over all clients, and one with its evidence."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response

from serving.access import may
from serving.answers import send, stamp
from serving.bodies.events import EventDetail, EventList
from serving.bodies.names import Class, Kind, Mode, Severity, Stake, State
from serving.events.detail import detail
from serving.events.listing import listing, wanted_events
from serving.problems import declared
from serving.routes.parameters import Alerts, Current, Limit, When
from vigia.alarming import Order, Wanted

router = APIRouter(prefix="/events", responses=declared(503), dependencies=[may("reader")])


@router.get("", response_model=EventList)
def events(
    served: Current,
    alerts: Alerts,
    client_id: str | None = None,
    sector: str | None = None,
    state: State | None = None,
    class_: Annotated[Class | None, Query(alias="class")] = None,
    kind: Kind | None = None,
    stake: Stake | None = None,
    severity: Severity | None = None,
    mode: Mode = "past_only",
    start: When = None,
    end: When = None,
    assignee: str | None = None,
    sort: Order = "severity",
    limit: Limit = 50,
    cursor: str | None = None,
) -> Response:
    """Events, one line a group, the most severe and costly first."""
    clients = None if client_id is None else [client_id]
    wanted = Wanted(mode, clients, class_, kind, stake, severity, start, end)
    found = wanted_events(served, wanted, sector, state, assignee, alerts)
    return send({**stamp(served), **listing(served, found, sort, limit, cursor, alerts)})


@router.get("/{event_id}", response_model=EventDetail, responses=declared(404))
def event(event_id: str, served: Current, alerts: Alerts) -> Response:
    """One event with what speaks for and against it."""
    found = detail(served, event_id, alerts)
    if found is None:
        raise HTTPException(404, f"no event {event_id}")
    return send({**stamp(served), **found})
