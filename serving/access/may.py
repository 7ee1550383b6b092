"""What a route needs, said where it is declared.

`dependencies=[may("reader")]`, or as a parameter that says who asks, `actor: Annotated[Actor, may("operator")]`. The
door (`door`) looks at it before anything else of the request is read, so it does not matter in which order a route
lists what it depends on. A route that says nothing is open to nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from serving.access.actor import Actor, Right

ACTOR = "vigia.actor"
"""Where in the scope of a request the door puts who asks."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class May:
    """Needs one of some rights; none = everybody may, without a key."""

    rights: tuple[Right, ...]

    async def __call__(self, request: Request) -> Actor | None:
        """Who asks, as the door found."""
        found: Actor | None = request.scope[ACTOR]
        return found


def may(*rights: Right) -> Any:
    """The dependency of a route that needs one of these rights; as a parameter it is the `Actor` who asks."""
    return Depends(May(rights))


anybody = may()
"""The dependency of a route that is open to all."""


def needed(route: APIRoute) -> May:
    """What a route needs.

    Raises:
        LookupError: it does not say so, or says several things.
    """
    (found, *others) = {*_declared(route.dependant)} or [None]
    if found is None or others:
        raise LookupError(f"{route.path} must say once who may: `may(...)`")
    return found


def writes(route: APIRoute, method: str) -> bool:
    """Whether a request changes something; a body that a reader may send is a question."""
    return method not in SAFE and "reader" not in needed(route).rights


def _declared(dependant: Dependant) -> Iterator[May]:
    for each in dependant.dependencies:
        if isinstance(each.call, May):
            yield each.call
        yield from _declared(each)
