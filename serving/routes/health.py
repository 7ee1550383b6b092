"""Whether there is something to serve."""

from fastapi import APIRouter, Request, Response

from serving.access.may import anybody
from serving.answers import send, stamp
from serving.bodies.base import Health
from serving.problems import declared
from serving.routes.parameters import Current

router = APIRouter(responses=declared(500, 503), dependencies=[anybody])


@router.get("/health", response_model=Health)
async def health(request: Request, served: Current) -> Response:
    """Which release is served, up to when it knows, and whether it is the one in operation.

    `status` is `degraded` and `error` says why where the release in operation cannot be loaded, so that an earlier one
    is served.
    """
    error = request.app.state.current.error
    return send(
        {
            **stamp(served),
            "status": "degraded" if error else "ok",
            "error": error or None,
            "fleet": served.release.manifest["fleet"],
            "timezone": served.release.manifest["timezone"],
            "clients": len(served.clients),
            "last_daily_run": None,
        }
    )
