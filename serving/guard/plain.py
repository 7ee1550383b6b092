"""Errors that BentoML and Starlette answer in plain text, as problem documents."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.problems import MEDIA_TYPE, TITLES, problem

KEPT = ("allow", "retry-after")
"""Headers of an error that say what to do next."""


class ProblemsOnly:
    """Replaces every error that is no problem document by one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        replaced = False

        async def replacing(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] >= 400:
                headers = Headers(raw=message["headers"])
                if headers.get("content-type") != MEDIA_TYPE:
                    replaced = True
                    kept = {name: headers[name] for name in KEPT if name in headers}
                    status = message["status"]
                    await problem(status, f"{scope['path']}: {TITLES.get(status, 'Error')}", kept)(scope, receive, send)
                    return
            if not replaced:
                await send(message)

        await self.app(scope, receive, replacing)
