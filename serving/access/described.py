"""What the description of the API says of keys: who may ask what, and how they are refused."""

from collections.abc import Sequence
from typing import Any

from fastapi.routing import APIRoute

from serving.access.door import KEY_HEADER
from serving.access.may import needed, writes
from serving.problems import declared_content

SCHEME = "key"
BY_KEY = (401, 403, 429, 503)
"""How a service that asks for keys may refuse any request that needs one."""


def with_keys(description: dict[str, Any], routes: Sequence[APIRoute], open_: bool) -> None:
    """Complete a description.

    Args:
        description: as FastAPI made it; it is changed.
        routes: all that the application has.
        open_: no key is asked for; pages of elsewhere may not write all the same.
    """
    if not open_:
        schemes = {SCHEME: {"type": "apiKey", "in": "header", "name": KEY_HEADER}}
        description["components"]["securitySchemes"] = schemes
    for route in routes:
        if not route.include_in_schema:
            continue
        rights = needed(route).rights
        for method in route.methods or ():
            operation = description["paths"][route.path][method.lower()]
            refusals = BY_KEY if rights and not open_ else (403,) if writes(route, method) and rights else ()
            for status in refusals:
                operation["responses"].setdefault(str(status), declared_content(status))
            operation["description"] += f"\n\nOpen to: {' or '.join(rights) or 'everybody'}."
            if rights and not open_:
                operation["security"] = [{SCHEME: []}]
