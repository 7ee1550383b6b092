"""What models say: forecasts and thresholds."""

from fastapi import APIRouter, Request, Response

from serving.access import may
from serving.answers import send, stamp_of
from serving.bodies import forecasting as bodies
from serving.forecasting.forecast import forecast
from serving.forecasting.thresholds import thresholds
from serving.intake.queue import Heavy
from serving.intake.reading import LIGHT_BYTES, announced, content_of, described, parsed
from serving.problems import declared
from serving.release.served import Served
from serving.routes.parameters import Current, known

router = APIRouter(responses=declared(404, 408, 413, 415, 429, 503), dependencies=[may("reader")])


@router.post("/forecast", response_model=bodies.Forecast, openapi_extra=described(bodies.ForecastRequest))
async def forecasts(request: Request, served: Current, heavy: Heavy) -> Response:
    """What will be consumed, or should be, hour by hour up to seven days from the last midnight with data."""
    if light(request):
        asked = parsed(bodies.ForecastRequest, await content_of(request))
        if not asked.readings:
            return _forecast(served, asked)
        async with heavy.place():
            return await heavy.run(_forecast, served, asked)
    async with heavy.place():
        content = await content_of(request)
        return await heavy.run(lambda: _forecast(served, parsed(bodies.ForecastRequest, content)))


@router.post("/thresholds", response_model=bodies.Thresholds, openapi_extra=described(bodies.ThresholdsRequest))
async def limits(request: Request, served: Current, heavy: Heavy) -> Response:
    """Lower and upper limits of a past or coming time, how they were made and what they held."""
    if light(request):
        return _thresholds(served, await content_of(request))
    async with heavy.place():
        return await heavy.run(_thresholds, served, await content_of(request))


def light(request: Request) -> bool:
    """Whether a body is so short, as announced, that it needs no thread; one of unknown length is not."""
    return 0 < announced(request) <= LIGHT_BYTES


def _forecast(served: Served, asked: bodies.ForecastRequest) -> Response:
    client = known(served, asked.client_id)
    return send({**stamp_of(served, client), **forecast(served, client, asked)})


def _thresholds(served: Served, content: bytes) -> Response:
    asked = parsed(bodies.ThresholdsRequest, content)
    client = known(served, asked.client_id)
    return send({**stamp_of(served, client), **thresholds(client, asked)})
