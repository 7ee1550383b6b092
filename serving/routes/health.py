"""Whether there is something to serve."""

from datetime import datetime

from fastapi import APIRouter, Request, Response

from serving.access.may import anybody
from serving.answers import send, stamp
from serving.bodies.base import Health
from serving.messages.watched import Watch
from serving.problems import declared
from serving.release.current import CurrentRelease
from serving.release.served import Served
from serving.routes.parameters import Current

router = APIRouter(responses=declared(500, 503), dependencies=[anybody])


@router.get("/health", response_model=Health)
def health(request: Request, served: Current) -> Response:
    """Which release is served, up to when it knows, whether it is the one in operation, and whether operation goes on.

    `status` is `degraded` and `error` says why where the release in operation cannot be loaded, so that an earlier one
    is served.
    """
    current: CurrentRelease = request.app.state.current
    error, watch = current.error, Watch(None, ())
    if current.store is not None:
        watch = current.watched.look(current.operation, current.database, lambda: _last_hours(served))
    return send(
        {
            **stamp(served),
            "status": "degraded" if error else "ok",
            "error": error or None,
            "fleet": served.release.manifest["fleet"],
            "timezone": served.release.manifest["timezone"],
            "clients": len(served.clients),
            "last_daily_run": watch.last_daily_run and watch.last_daily_run.isoformat(),
            "problems": list(watch.problems),
        }
    )


def _last_hours(served: Served) -> dict[str, datetime]:
    return {name: each.stored.readings["timestamp"].iloc[-1] for name, each in served.clients.items()}
