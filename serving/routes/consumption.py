"""What was consumed: a client's series and profile, and totals of all clients."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from serving.access import may
from serving.answers import send, stamp, stamp_of
from serving.bodies import consumption as bodies
from serving.bodies.names import Mode
from serving.clients.profile import profile
from serving.clients.series import series
from serving.clients.summary import summary
from serving.problems import declared
from serving.routes.parameters import Current, When, known

router = APIRouter(responses=declared(503), dependencies=[may("reader")])


@router.get("/clients/{client_id}/series", response_model=bodies.Series, responses=declared(404))
def client_series(
    client_id: str,
    served: Current,
    start: When = None,
    end: When = None,
    resolution: Literal["auto", "hour", "day"] = "auto",
    points: Annotated[int, Query(ge=50, le=20_000)] = 2_000,
    mode: Mode = "past_only",
) -> Response:
    """All channels with expectation and band as columns, reduced by extremes to about `points`."""
    found = known(served, client_id)
    columns = series(found, start, end, resolution, points, mode)
    return send({**stamp_of(served, found), "client_id": found.client_id, "mode": mode, **columns})


@router.get("/clients/{client_id}/profile", response_model=bodies.Profile, responses=declared(404))
def client_profile(client_id: str, served: Current, start: When = None, end: When = None) -> Response:
    """Shape of the consumption of a time."""
    found = known(served, client_id)
    return send({**stamp(served), "client_id": found.client_id, **profile(found, start, end)})


@router.get("/summary", response_model=bodies.Summary)
def fleet_summary(served: Current, start: When = None, end: When = None, sector: str | None = None) -> Response:
    """Totals of a time by client and sector."""
    return send({**stamp(served), **summary(served, start, end, sector)})
