"""The door: who asks, and whether they may, before anything else of a request is read."""

from fastapi import HTTPException, Request

from serving.access.actor import LOCAL
from serving.access.may import ACTOR, writes
from serving.guard.measure import ROUTE

LOOPBACK = ("127.0.0.1", "localhost", "::1")


async def entered(request: Request) -> None:
    """Note the route and who asks.

    Raises:
        HTTPException: 403, they may not.
    """
    route = request.scope["route"]
    request.scope.get(ROUTE, {})["route"] = f"{request.scope.get('root_path', '')}{route.path}"
    if writes(route, request.method):
        _refuse_strangers(request)
    request.scope[ACTOR] = LOCAL


def _refuse_strangers(request: Request) -> None:
    host = request.app.state.current.settings.host
    if host not in LOOPBACK:
        raise HTTPException(403, f"writing is open on the loopback address alone, and the service is at {host}")
    if _from_elsewhere(request):
        raise HTTPException(403, "a page of elsewhere may not write")


def _from_elsewhere(request: Request) -> bool:
    """Whether a page of elsewhere sent it: it can send a form to the loopback address, and a browser says so."""
    site = request.headers.get("sec-fetch-site")
    return site not in (None, "none", "same-origin") or (site is None and "origin" in request.headers)
