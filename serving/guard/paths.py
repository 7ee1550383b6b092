"""What of BentoML's own paths is offered: its first page loads scripts from elsewhere."""

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.problems import problem

PROBES = frozenset({"/livez", "/readyz", "/healthz"})
METRICS = "/metrics"
API = "/v1"
STATIC = frozenset({"/static_content/swagger-ui-bundle.js", "/static_content/swagger-ui.css"})


class OfferedPaths:
    """Lets through the API, probes, and the two files that its page of description needs; `/` leads to that page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        path = scope.get("path", "")
        offered = scope["type"] != "http" or path in PROBES | STATIC | {METRICS} or path.startswith(f"{API}/")
        if path == "/" and scope.get("method") in ("GET", "HEAD"):
            await RedirectResponse("v1/docs", 307)(scope, receive, send)
        elif offered:
            await self.app(scope, receive, send)
        else:
            await problem(404, f"no path {path}")(scope, receive, send)
