"""The public API: an application on the release in operation; until one is loaded, routes that need it answer 503."""

from fastapi import Depends, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

from serving import problems
from serving.intake.queue import HeavyQueue
from serving.release.current import CurrentRelease
from serving.routes import ASKED, ROUTERS
from serving.routes.parameters import only_known
from serving.routes.unknown import UnknownPath
from vigia import __version__


def create_api(current: CurrentRelease) -> FastAPI:
    """The application with all routes."""
    api = problems.DescribedApi(
        title="Vigía",
        version=__version__,
        description="Forecasts, thresholds and anomaly events of large electricity clients.",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(only_known)],
        responses=problems.declared(*problems.EVERYWHERE),
    )
    api.asked = ASKED
    api.state.current, api.state.heavy = current, HeavyQueue()
    problems.install(api)
    for router in ROUTERS:
        api.include_router(router)

    @api.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        """Swagger UI from the files that BentoML carries and serves itself: nothing is loaded from outside."""
        assets = "/static_content/swagger-ui"
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title="Vigía API",
            swagger_js_url=f"{assets}-bundle.js",
            swagger_css_url=f"{assets}.css",
            swagger_favicon_url="data:,",
        )

    api.router.routes.append(UnknownPath())

    return api
