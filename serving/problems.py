"""Errors as problem documents (RFC 9457): what is wrong, in which field, never a stack trace."""

from fastapi import FastAPI, Request
from fastapi import HTTPException as Refusal
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vigia.errors import NotEnoughDataError, VigiaError

TITLES = {
    404: "Not found",
    405: "Method not allowed",
    413: "Too large",
    422: "Malformed request",
    503: "No release",
}
MAX_BODY_BYTES = 8_000_000


def problem(status: int, detail: str, **more: object) -> JSONResponse:
    """A problem document."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


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


def install(api: FastAPI) -> None:
    """Let every error of the application leave as a problem document."""

    @api.exception_handler(RequestValidationError)
    def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"field": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors()]
        return problem(422, f"{errors[0]['field']}: {errors[0]['message']}", errors=errors)

    @api.exception_handler(HTTPException)
    def refused(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail))

    @api.exception_handler(NotEnoughDataError)
    def too_little(_: Request, error: NotEnoughDataError) -> JSONResponse:
        return problem(422, str(error))

    @api.exception_handler(VigiaError)
    def failed(_: Request, error: VigiaError) -> JSONResponse:
        return problem(500, f"{type(error).__name__}: the request could not be answered")

    api.add_middleware(BodyLimit)
