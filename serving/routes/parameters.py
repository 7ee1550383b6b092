"""What routes ask for: the release in operation, its clients, and the common query parameters."""

from collections import Counter
from typing import Annotated

from fastapi import Depends, HTTPException, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError

from serving.alerts.book import NO_ALERTS, ByEvent
from serving.bodies.times import Time
from serving.guard.slashes import named
from serving.release.current import NOTHING_PUBLISHED, CurrentRelease
from serving.release.served import Served, ServedClient
from vigia.store import Database


async def served_now(request: Request) -> Served:
    """The release in operation.

    Raises:
        HTTPException: 503, none is loaded.
    """
    current: CurrentRelease = request.app.state.current
    if current.served is None:
        raise HTTPException(503, current.error or NOTHING_PUBLISHED)
    return current.served


async def only_known(request: Request) -> None:
    """Refuse a query parameter that a route does not have, or that is there twice.

    A misspelt filter filters nothing.

    Raises:
        RequestValidationError: it names each of them.
    """
    if not request.scope["query_string"]:
        return
    there = _query_names(request.scope["route"].dependant)
    times = Counter(name for name, _ in request.query_params.multi_items())
    wrong = {
        name: "it is there more than once" if name in there else "there is no such parameter"
        for name, count in times.items()
        if name not in there or count > 1
    }
    if wrong:
        raise RequestValidationError(
            [{"type": "query", "loc": ("query", name[:100]), "msg": message} for name, message in wrong.items()]
        )


def _query_names(needed: Dependant) -> set[str]:
    inner = (_query_names(each) for each in needed.dependencies)
    return {str(field.alias) for field in needed.query_params}.union(*inner)


def store_now(request: Request) -> Database:
    """The store of the fleet in operation."""
    database: Database = request.app.state.current.database()
    return database


def alerts_now(request: Request) -> ByEvent:
    """Alerts by event; none where the service has no store."""
    current: CurrentRelease = request.app.state.current
    return NO_ALERTS if current.store is None else current.book.by_event(current.database())


Store = Annotated[Database, Depends(store_now)]
Alerts = Annotated[ByEvent, Depends(alerts_now)]
Current = Annotated[Served, Depends(served_now)]
Limit = Annotated[int, Query(ge=1, le=500)]
When = Annotated[Time | None, Query()]


def known(served: Served, client_id: str) -> ServedClient:
    """The client that a body or a part of a path names; 404 where there is none of that name."""
    name = named(client_id)
    if name not in served.clients:
        raise HTTPException(404, f"no client {name}")
    return served.clients[name]
