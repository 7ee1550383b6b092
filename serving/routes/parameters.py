"""What routes ask for: the release in operation, its clients, and the common query parameters."""

from typing import Annotated

from fastapi import Depends, HTTPException, Query, Request

from serving.bodies.times import Time
from serving.release.current import NOTHING_PUBLISHED, CurrentRelease
from serving.release.served import Served, ServedClient
from serving.routes.slashes import named


async def served_now(request: Request) -> Served:
    """The release in operation.

    Raises:
        HTTPException: 503, none is loaded.
    """
    current: CurrentRelease = request.app.state.current
    if current.served is None:
        raise HTTPException(503, current.error or NOTHING_PUBLISHED)
    return current.served


Current = Annotated[Served, Depends(served_now)]
Limit = Annotated[int, Query(ge=1, le=500)]
When = Annotated[Time | None, Query()]


def known(served: Served, client_id: str) -> ServedClient:
    """The client that a body or a part of a path names; 404 where there is none of that name."""
    name = named(client_id)
    if name not in served.clients:
        raise HTTPException(404, f"no client {name}")
    return served.clients[name]
