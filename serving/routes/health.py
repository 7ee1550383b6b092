"""Whether there is something to serve."""

from fastapi import APIRouter, Response

from serving.answers import send, stamp
from serving.bodies.base import Health
from serving.problems import declared
from serving.routes.parameters import Current

router = APIRouter(responses=declared(500, 503))


@router.get("/health", response_model=Health)
async def health(served: Current) -> Response:
    """Which release is in operation, and up to when it knows."""
    return send(
        {
            **stamp(served),
            "status": "ok",
            "fleet": served.release.manifest["fleet"],
            "clients": len(served.clients),
            "last_daily_run": None,
        }
    )
