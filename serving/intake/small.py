"""Bodies of a few fields: read to their end and parsed at once, without a place in the queue of heavy requests."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel

from serving.intake.reading import announced, content_of, parsed

MOST_BYTES = 256_000
Asked = TypeVar("Asked", bound=BaseModel)


def small(model: type[Asked]) -> Any:
    """The dependency that gives a request's body as a model; errors as those of `intake.reading`."""
    return Depends(_reader(model))


def _reader(model: type[Asked]) -> Callable[[Request], Awaitable[Asked]]:
    async def read(request: Request) -> Asked:
        announced(request, most=MOST_BYTES)
        return parsed(model, await content_of(request, MOST_BYTES))

    return read
