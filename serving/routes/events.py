"""Events: the list over all clients, and one with its evidence."""

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Response

from serving import alerts, bodies
from serving.answers import position, send, stamp
from serving.routes.current import Current, Limit, Mode, When, time

router = APIRouter()


@router.get("/events", response_model=bodies.EventList)
def events(
    release: Current,
    client_id: str | None = None,
    sector: str | None = None,
    state: Literal["new", "in_review", "confirmed", "dismissed", "missed", "closed"] | None = None,
    class_: Annotated[Literal["consumption", "supply", "data", "contract"] | None, Query(alias="class")] = None,
    kind: str | None = None,
    stake: Literal["missing", "surplus", "supply", "data"] | None = None,
    severity: Literal["critical", "high", "medium", "low"] | None = None,
    mode: Mode = "past_only",
    start: When = None,
    end: When = None,
    assignee: str | None = None,
    sort: Literal["severity", "start", "energy"] = "severity",
    limit: Limit = 50,
    cursor: str | None = None,
) -> Response:
    """Events, one line a group, the most severe and costly first."""
    filters = {
        "client_id": client_id,
        "sector": sector,
        "state": state if assignee is None else "assigned",
        "class": class_,
        "kind": kind,
        "stake": stake,
        "severity": severity,
        "mode": mode,
        "start": time(start),
        "end": time(end),
        "sort": sort,
    }
    position(cursor)
    return send({**stamp(release), **alerts.listing(release, filters, limit, cursor)})


@router.get("/events/{event_id}", response_model=bodies.EventDetail)
def event(event_id: str, release: Current) -> Response:
    """One event with what speaks for and against it."""
    found = alerts.detail(release, event_id)
    if found is None:
        raise HTTPException(404, f"no event {event_id}")
    return send({**stamp(release), **found})
