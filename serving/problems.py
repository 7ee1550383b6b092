"""Errors as problem documents (RFC 9457): what is wrong, in which field, never a stack trace."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from serving.bodies.problem import Problem
from serving.request_id import request_id
from vigia.errors import ConflictError, NotEnoughDataError, StoreError, VigiaError

log = logging.getLogger(__name__)

TITLES = {
    401: "No key",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Not JSON",
    421: "Misdirected request",
    422: "Malformed request",
    428: "Precondition missing",
    429: "Too many requests",
    500: "Internal error",
    503: "Not available",
    504: "Not in time",
}
MEDIA_TYPE = "application/problem+json"
EVERYWHERE = (421, 422, 500, 504)
"""Errors that every route may give: strange host, unknown query parameter, defect, missed deadline."""
MOST_ERRORS = 20
"""So many fields are named; a client that sends more wrong ones mends those first."""


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """A problem document, in ASCII: a question may hold characters that no encoding takes."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail, **more}
    if (name := request_id()) is not None:
        body["request_id"] = name
    return Response(json.dumps(body), status, headers, MEDIA_TYPE)


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route or of a group of routes, for the description of the API."""
    return {status: {"model": Problem, "description": TITLES[status]} for status in statuses}


def declared_content(status: int) -> dict[str, Any]:
    """An error as it stands in the description."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": schema}}}


class FieldError(VigiaError):
    """A field that is well formed but cannot be answered; `field` is its path, like `body.readings.3.timestamp`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class DescribedApi(FastAPI):
    """An application whose description says in which media type errors leave, and what bodies it takes.

    Attributes:
        asked: bodies that FastAPI does not parse, so that it does not know them.
        complete: adds to the description what else is to be said.
    """

    asked: tuple[type[BaseModel], ...] = ()
    complete: Callable[[dict[str, Any]], None] | None = None

    def openapi(self) -> dict[str, Any]:
        """The description; FastAPI declares errors in the route's own media type, and knows no bodies of `intake`."""
        if self.openapi_schema is None:
            described = super().openapi()
            place = "#/components/schemas/{model}"
            _, more = models_json_schema([(model, "validation") for model in self.asked], ref_template=place)
            described["components"]["schemas"].update(more.get("$defs", {}))
            for path in described["paths"].values():
                for operation in path.values():
                    for status, answer in operation["responses"].items():
                        if int(status) >= 400:
                            answer["content"] = {MEDIA_TYPE: next(iter(answer["content"].values()))}
            if self.complete is not None:
                self.complete(described)
        return super().openapi()


def install(api: FastAPI) -> None:
    """Let every error of the application leave as a problem document, those of its middlewares too."""

    @api.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        found = error.errors()[:MOST_ERRORS]
        errors = [{"field": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in found]
        return problem(422, f"{errors[0]['field']}: {errors[0]['message']}", errors=errors)

    @api.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail), error.headers)

    @api.exception_handler(FieldError)
    async def field_refused(_: Request, error: FieldError) -> Response:
        return problem(422, str(error), errors=[{"field": error.field, "message": error.message}])

    @api.exception_handler(NotEnoughDataError)
    async def too_little(_: Request, error: NotEnoughDataError) -> Response:
        return problem(422, str(error))

    @api.exception_handler(ConflictError)
    async def contradicted(_: Request, error: ConflictError) -> Response:
        return problem(409, str(error))

    @api.exception_handler(StoreError)
    async def out_of_order(request: Request, error: StoreError) -> Response:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        return problem(503, "the store cannot be used; the service's log says why")

    @api.exception_handler(VigiaError)
    async def failed(request: Request, error: VigiaError) -> Response:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        return problem(500, f"{type(error).__name__}: the request could not be answered")

    @api.exception_handler(Exception)
    async def defective(request: Request, error: Exception) -> Response:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        return problem(500, "the request could not be answered; the service's log says why")
