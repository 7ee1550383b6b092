"""The BentoML service that carries the public API; started by `bentoml serve serving.service:Vigia`."""

import os

os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")

import bentoml  # telemetry is decided when it is imported

from serving.api import create_api
from serving.release.current import CurrentRelease
from vigia.config import load_settings

current = CurrentRelease(load_settings().serving)
api = create_api(current)


@bentoml.service(name="vigia", workers=1, traffic={"timeout": 60})
@bentoml.asgi_app(api, path="/v1")
class Vigia:
    """Serves the current release of one fleet; BentoML adds `/livez`, `/readyz` and `/metrics`."""

    def __init__(self) -> None:
        current.watch()

    async def __is_ready__(self) -> bool:
        """Ready only with a release loaded."""
        return current.served is not None
