"""The BentoML service that carries the public API; started by `python -m serving`."""

import gc
import logging
import os
import sys

os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")

import bentoml  # telemetry is decided when it is imported

from serving.api import create_api
from serving.guard import guards
from serving.guard.watching import Operating
from serving.release.current import CurrentRelease
from serving.request_id import named_in_logs
from vigia import logs
from vigia.config import load_settings
from vigia.operate import store_of
from vigia.processes import end_with_parent

SWITCH_SECONDS = 0.001
"""How long the event loop waits for a thread that computes; with Python's own 5 ms a probe waits for a second."""
COLLECT_AFTER = (20_000, 50, 100)
"""When Python looks for cycles: a look at everything holds all threads for some 30 ms while a large list of readings is
there, and with Python's own thresholds (700, 10, 10) one such list alone calls for several."""
WORKERS = 1
configured = load_settings()
settings = configured.serving
current = CurrentRelease(settings, store=lambda: store_of(configured), operation=configured.operation)
api = create_api(current, WORKERS)


@bentoml.service(name="vigia", workers=WORKERS, traffic={"timeout": 60}, metrics={"enabled": False})
@bentoml.asgi_app(api, path="/v1")
class Vigia:
    """Serves the current release of one fleet; BentoML adds `/livez` and `/readyz`."""

    def __init__(self) -> None:
        end_with_parent()
        sys.setswitchinterval(SWITCH_SECONDS)
        logs.set_up(configured.operation.logs, settings.fleet)
        named_in_logs(logging.getLogger())
        current.watch()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)

    async def __is_ready__(self) -> bool:
        """Ready only with a release loaded."""
        return current.served is not None


for guard, options in guards(settings, Operating(current.database)):
    Vigia.add_asgi_middleware(guard, **options)  # type: ignore[attr-defined] # the class is a service by now
