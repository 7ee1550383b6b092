"""What models say: forecasts and thresholds."""

from anyio import to_thread
from fastapi import APIRouter, Response

from serving.answers import send, stamp_of
from serving.bodies import forecasting as bodies
from serving.forecasting.forecast import forecast
from serving.forecasting.thresholds import thresholds
from serving.problems import declared
from serving.routes.cores import Cores
from serving.routes.parameters import Current, known

router = APIRouter(responses=declared(400, 404, 413, 422, 500, 503))


@router.post("/forecast", response_model=bodies.Forecast)
async def forecasts(request: bodies.ForecastRequest, served: Current, limit: Cores) -> Response:
    """What will be consumed, or should be, hour by hour up to seven days from the last midnight with data."""
    client = known(served, request.client_id)
    if request.readings:
        body = await to_thread.run_sync(forecast, served, client, request, limiter=limit)
    else:
        body = forecast(served, client, request)
    return send({**stamp_of(served, client), **body})


@router.post("/thresholds", response_model=bodies.Thresholds)
async def limits(request: bodies.ThresholdsRequest, served: Current) -> Response:
    """Lower and upper limits of a past or coming time, how they were made and what they held."""
    client = known(served, request.client_id)
    return send({**stamp_of(served, client), **thresholds(client, request)})
