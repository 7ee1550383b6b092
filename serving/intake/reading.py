"""A body as the model of its route, or a refusal that names the field."""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

import orjson
from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from serving.bodies.posted import MAX_READINGS

JSON = "application/json"
MAX_BODY_BYTES = 8_000_000
LIGHT_BYTES = 64_000
"""A body up to here is parsed in less than a millisecond, so it needs no thread."""
READ_SECONDS = 15.0
Asked = TypeVar("Asked", bound=BaseModel)


def described(model: type[BaseModel]) -> dict[str, Any]:
    """What a route says of its body in the description of the API."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def announced(request: Request, wanted: str = JSON, most: int = MAX_BODY_BYTES) -> int:
    """Bytes that a body will have, as far as that was said; 0 where it was not.

    Raises:
        HTTPException: 413, they are too many; 415, it is not what is wanted; of JSON any kind is taken.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    suits = kind == wanted or (wanted == JSON and kind.startswith("application/") and kind.endswith("+json"))
    if not suits:
        raise HTTPException(415, f"content-type: {wanted} is taken, not {kind or 'a body without a type'}")
    length = request.headers.get("content-length", "0")
    size = int(length) if length.isdecimal() and len(length) < 20 else 0
    if size > most:
        raise HTTPException(413, f"{size} bytes; at most {most} are taken")
    return size


async def content_of(request: Request, most: int = MAX_BODY_BYTES) -> bytes:
    """The body as it came.

    Raises:
        HTTPException: 408, it did not come in time; 413, it grew too large.
    """
    pieces, size = [], 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for piece in request.stream():
                size += len(piece)
                if size > most:
                    raise HTTPException(413, f"at most {most} bytes are taken")
                pieces.append(piece)
    except TimeoutError as error:
        raise HTTPException(408, f"the body did not come within {READ_SECONDS:.0f} s") from error
    except ClientDisconnect as error:
        raise HTTPException(408, "the client went before its body had come") from error
    return b"".join(pieces)


def parsed(model: type[Asked], content: bytes) -> Asked:
    """The body as its model.

    Raises:
        RequestValidationError: it is no JSON, or no such body; of a list the first wrong item is told.
    """
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _refused([{"type": "json_invalid", "loc": (), "msg": f"no JSON: {error}"}]) from error
    _check_sizes(model, found)
    try:
        return model.model_validate(found)
    except ValidationError as error:
        raise _refused(error.errors(include_url=False, include_context=False, include_input=False)) from error


def _refused(errors: Sequence[Any]) -> RequestValidationError:
    return RequestValidationError([{**error, "loc": ("body", *error["loc"])} for error in errors])


def _check_sizes(model: type[BaseModel], found: object, place: tuple[str | int, ...] = ()) -> None:
    """Refuse an object with more fields than there are: told one by one they would take more room than the body."""
    if not isinstance(found, dict):
        return
    if len(found) > len(model.model_fields):
        strange = next(name for name in found if name not in model.model_fields)
        raise _refused([{"type": "extra_forbidden", "loc": (*place, strange[:100]), "msg": "there is no such field"}])
    for name, item in _lists(model).items():
        values = found.get(name)
        for index, value in enumerate(values[:MAX_READINGS] if isinstance(values, list) else ()):
            _check_sizes(item, value, (*place, name, index))


@cache
def _lists(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The fields that are lists of objects, with the model of those."""
    found = {name: _item(field.annotation) for name, field in model.model_fields.items()}
    return {name: item for name, item in found.items() if item is not None}


def _item(annotation: Any) -> type[BaseModel] | None:
    """The model of the items of a list, which may stand inside an optional or annotated type."""
    if get_origin(annotation) is list:
        (item,) = get_args(annotation)
        return item if isinstance(item, type) and issubclass(item, BaseModel) else None
    return next((item for part in get_args(annotation) if (item := _item(part)) is not None), None)
