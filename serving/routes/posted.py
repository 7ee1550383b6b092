"""Readings that come with the request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from serving.access import may
from serving.answers import send, stamp, stamp_of
from serving.bodies import posted as bodies
from serving.intake.queue import Heavy
from serving.intake.reading import announced, content_of, described, parsed
from serving.posted.detect import detect
from serving.problems import declared
from serving.release.served import Served
from serving.routes.parameters import Current

router = APIRouter(responses=declared(408, 413, 415, 429, 503), dependencies=[may("reader")])


async def posted(request: Request, heavy: Heavy) -> AsyncIterator[bytes]:
    """The body of a request that has a place in the queue until it is answered; it is refused unread without one."""
    announced(request)
    async with heavy.place():
        yield await content_of(request)


@router.post("/detect", response_model=bodies.Detection, openapi_extra=described(bodies.DetectRequest))
async def detection(served: Current, heavy: Heavy, content: Annotated[bytes, Depends(posted)]) -> Response:
    """Posted readings scored past-only, with the stored history as context."""
    return await heavy.run(_detection, served, content)


def _detection(served: Served, content: bytes) -> Response:
    request = parsed(bodies.DetectRequest, content)
    result = detect(served, request)
    client = served.clients.get(request.client_id)
    head = stamp_of(served, client) if client else {**stamp(served), "model": None, "quality": ["model_free"]}
    return send({**head, **result})
