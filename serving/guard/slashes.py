"""Names with a slash in a path: `/clients/MT%2F001/series` is about the client `MT/001`.

A server decodes the path before it is routed, and then a slash of a name looks like one between two parts.
"""

from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

STAND_IN = "\ufdd0"
"""In place of a slash inside a part while it is routed; Unicode reserves it for such uses, so no name holds it."""


class SlashesInNames:
    """Keeps a slash that was sent as `%2F` inside its part of the path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and b"%2f" in scope.get("raw_path", b"").lower():
            raw = scope["raw_path"].decode("ascii", errors="replace")
            if unquote(raw) == scope["path"]:
                parts = [unquote(part).replace("/", STAND_IN) for part in raw.split("/")]
                scope = {**scope, "path": "/".join(parts)}
        await self.app(scope, receive, send)


def named(part: str) -> str:
    """The name that a part of a path stands for."""
    return part.replace(STAND_IN, "/")
