"""The public API: an application on the release in operation; until one is loaded, routes that need it answer 503."""

import base64
import hashlib
import re
from functools import partial

from fastapi import Depends, FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from serving import problems
from serving.access.described import with_keys
from serving.access.door import Door, entered
from serving.access.logins import Logins
from serving.access.may import anybody, needed
from serving.access.noted import Audited
from serving.guard.slashes import SlashesInNames
from serving.intake.queue import HeavyQueue
from serving.release.current import CurrentRelease
from serving.routes import ASKED, ROUTERS
from serving.routes.parameters import only_known
from serving.routes.unknown import UnknownPath, verbs_of
from vigia import __version__


def create_api(current: CurrentRelease, workers: int = 1) -> FastAPI:
    """The application with all routes.

    Args:
        current: the release in operation.
        workers: processes that serve it side by side; what a key may ask is divided among them.

    Raises:
        LookupError: a route does not say who may.
    """
    api = problems.DescribedApi(
        title="Vigía",
        version=__version__,
        description="Forecasts, thresholds and anomaly events of large electricity clients.",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(entered), Depends(only_known)],
        responses=problems.declared(*problems.EVERYWHERE),
    )
    api.asked = ASKED
    door = Door(current, workers)
    api.state.current, api.state.heavy, api.state.door, api.state.logins = current, HeavyQueue(), door, Logins()
    problems.install(api)
    api.add_middleware(SlashesInNames)
    api.add_middleware(Audited, store=current.database)
    for router in ROUTERS:
        api.include_router(router)

    @api.get("/docs", include_in_schema=False, dependencies=[anybody])
    async def docs() -> HTMLResponse:
        """Swagger UI from the files that BentoML carries and serves itself: nothing is loaded from outside."""
        assets = "/static_content/swagger-ui"
        page = get_swagger_ui_html(
            openapi_url="openapi.json",
            title="Vigía API",
            swagger_js_url=f"{assets}-bundle.js",
            swagger_css_url=f"{assets}.css",
            swagger_favicon_url="data:,",
        )
        page.headers["Content-Security-Policy"] = policy_of(bytes(page.body).decode())
        return page

    routes = routes_of(api)
    for route in routes:
        needed(route)

    @api.exception_handler(405)
    async def other_verb(request: Request, _: Exception) -> Response:
        """A path may have several routes, each of which knows its own verbs alone."""
        verbs = ", ".join(verbs_of(request.scope, routes))
        return problems.problem(405, f"it takes {verbs}", {"Allow": verbs})

    api.complete = partial(with_keys, routes=routes, open_=door.open)
    api.router.routes.append(UnknownPath())

    return api


def routes_of(api: FastAPI) -> list[APIRoute]:
    """Every route of the application; FastAPI keeps those of its routers apart."""
    found = [*(route for router in ROUTERS for route in router.routes), *api.routes]
    return [route for route in found if isinstance(route, APIRoute)]


def policy_of(page: str) -> str:
    """What the page of the description may load: files of this service, and its own script, by the hash of it."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(["'self'", *(f"'sha256-{each}'" for each in hashes)])
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
