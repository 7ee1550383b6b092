"""The answers to a path that no route has, and to a verb that none of its routes takes."""

from collections.abc import Sequence

from fastapi.routing import APIRoute
from starlette.datastructures import URLPath
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from serving.guard.slashes import named


def verbs_of(scope: Scope, routes: Sequence[APIRoute]) -> list[str]:
    """What a path takes: that of all its routes, or where a name could stand in its place, of those that spell it."""
    there = [route for route in routes if route.matches(scope)[0] is not Match.NONE]
    least = min((len(route.param_convertors) for route in there), default=0)
    return sorted({verb for route in there if len(route.param_convertors) == least for verb in route.methods or ()})


class UnknownPath(BaseRoute):
    """The last resort of an application: a path below the mount that matches nothing BentoML answers in plain text.

    It matches in part, as a route does whose verb is another one, so every route goes before it.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Any path, in part."""
        return (Match.PARTIAL if scope["type"] == "http" else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 # of the base class
        """Refuse.

        Raises:
            HTTPException: 404, always.
        """
        raise HTTPException(404, f"no path {named(scope['path'])}")

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """It has no path of its own."""
        raise NoMatchFound(name, path_params)
