"""Errors as problem documents (RFC 9457): what is wrong, in which field, never a stack trace."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi import HTTPException as Refusal
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.bodies.problem import Problem
from vigia.errors import NotEnoughDataError, VigiaError

log = logging.getLogger(__name__)

TITLES = {
    400: "Unreadable body",
    404: "Not found",
    405: "Method not allowed",
    413: "Too large",
    422: "Malformed request",
    500: "Internal error",
    503: "No release",
}
MEDIA_TYPE = "application/problem+json"
MAX_BODY_BYTES = 8_000_000


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """A problem document, in ASCII: a question may hold characters that no encoding takes."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail, **more}
    return Response(json.dumps(body), status, headers, MEDIA_TYPE)


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route or of a group of routes, for the description of the API."""
    return {status: {"model": Problem, "description": TITLES[status]} for status in statuses}


class BodyLimit:
    """Refuses a body that is too large, unread where its length is announced, else as soon as it has grown so far."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY_BYTES) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        length = dict(scope.get("headers", [])).get(b"content-length", b"0")
        if length.isdigit() and int(length) > self.limit:
            await problem(413, f"{int(length)} bytes; at most {self.limit} are taken")(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.limit:
                raise Refusal(413, f"at most {self.limit} bytes are taken")
            return message

        await self.app(scope, counted, send)


class DescribedApi(FastAPI):
    """An application whose description says in which media type errors leave."""

    def openapi(self) -> dict[str, Any]:
        """The description; FastAPI declares all bodies as `application/json`."""
        if self.openapi_schema is None:
            for path in super().openapi()["paths"].values():
                for operation in path.values():
                    for status, answer in operation["responses"].items():
                        if int(status) >= 400:
                            answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        return super().openapi()


def install(api: FastAPI) -> None:
    """Let every error of the application leave as a problem document, those of its middlewares too."""

    @api.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        errors = [{"field": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors()]
        return problem(422, f"{errors[0]['field']}: {errors[0]['message']}", errors=errors)

    @api.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail), error.headers)

    @api.exception_handler(NotEnoughDataError)
    async def too_little(_: Request, error: NotEnoughDataError) -> Response:
        return problem(422, str(error))

    @api.exception_handler(VigiaError)
    async def failed(request: Request, error: VigiaError) -> Response:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        return problem(500, f"{type(error).__name__}: the request could not be answered")

    @api.exception_handler(Exception)
    async def defective(request: Request, error: Exception) -> Response:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        return problem(500, "the request could not be answered; the service's log says why")

    api.add_middleware(BodyLimit)
