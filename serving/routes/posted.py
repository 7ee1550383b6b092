"""Readings that come with the request."""

from anyio import to_thread
from fastapi import APIRouter, Response

from serving.answers import send, stamp, stamp_of
from serving.bodies import posted as bodies
from serving.posted.detect import detect
from serving.problems import declared
from serving.routes.cores import Cores
from serving.routes.parameters import Current

router = APIRouter(responses=declared(400, 413, 422, 500, 503))


@router.post("/detect", response_model=bodies.Detection)
async def detection(request: bodies.DetectRequest, served: Current, limit: Cores) -> Response:
    """Posted readings scored past-only, with the stored history as context."""
    result = await to_thread.run_sync(detect, served, request, limiter=limit)
    client = served.clients.get(request.client_id)
    head = stamp_of(served, client) if client else {**stamp(served), "model": None, "quality": ["model_free"]}
    return send({**head, **result})
