"""What models say: forecasts, thresholds, and scores of posted readings."""

import os
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request, Response

from serving import bodies, forecasting, scoring, thresholds
from serving.answers import known, send, stamp, stamp_of
from serving.routes.current import Current

router = APIRouter()


async def cores(request: Request) -> CapacityLimiter:
    """As many heavy requests at a time as there are cores; more only take the interpreter from each other."""
    state = request.app.state
    if not hasattr(state, "cores"):
        state.cores = CapacityLimiter(os.cpu_count() or 1)
    limiter: CapacityLimiter = state.cores
    return limiter


Cores = Annotated[CapacityLimiter, Depends(cores)]


@router.post("/forecast", response_model=bodies.Forecast)
async def forecast(request: bodies.ForecastRequest, release: Current, limit: Cores) -> Response:
    """What will be consumed, or should be, hour by hour up to seven days from the last midnight with data."""
    client = known(release, request.client_id)
    body: dict[str, Any] = (
        await to_thread.run_sync(forecasting.answer, release, client, request, limiter=limit)
        if request.readings
        else forecasting.answer(release, client, request)
    )
    return send({**stamp_of(release, client), **body})


@router.post("/thresholds", response_model=bodies.Thresholds)
async def limits(request: bodies.ThresholdsRequest, release: Current) -> Response:
    """Lower and upper limits of a past or coming time, how they were made and what they held."""
    client = known(release, request.client_id)
    return send({**stamp_of(release, client), **thresholds.answer(client, request)})


@router.post("/detect", response_model=bodies.Detection)
async def detect(request: bodies.DetectRequest, release: Current, limit: Cores) -> Response:
    """Posted readings scored past-only, with the stored history as context."""
    result = await to_thread.run_sync(scoring.score, release, request, limiter=limit)
    found = release.clients.get(request.client_id)
    head = stamp_of(release, found) if found else {**stamp(release), "model": None, "quality": ["model_free"]}
    return send({**head, **result})
