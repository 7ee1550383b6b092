"""The public API: an application on a store; every route answers 503 until a release is loaded."""

from fastapi import FastAPI, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

from serving import bodies, problems
from serving.answers import send, stamp
from serving.routes import clients, events, models
from serving.routes.current import Current
from serving.store import Store
from vigia import __version__


def create_api(store: Store) -> FastAPI:
    """The application with all routes."""
    api = FastAPI(
        title="Vigía",
        version=__version__,
        description="Forecasts, thresholds and anomaly events of large electricity clients.",
        docs_url=None,
        redoc_url=None,
    )
    api.state.store = store
    problems.install(api)
    for group in (clients, models, events):
        api.include_router(group.router)

    @api.get("/health", response_model=bodies.Health)
    async def health(release: Current) -> Response:
        return send(
            {
                **stamp(release),
                "status": "ok",
                "fleet": release.manifest["fleet"],
                "clients": len(release.clients),
                "last_daily_run": None,
            }
        )

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

    return api
