"""`python -m serving`: BentoML's server of `serving.service:Vigia`, shut in.

`bentoml serve` opens two more ports on the loopback address. They take commands from every user of the machine, also
the one to start a program as the user of the service (circus' `add`). Here they are sockets in a folder that nobody
else may enter. Metrics have a folder of this service: BentoML's own is one for all services of a user, and each that
starts empties it.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")

from _bentoml_impl.loader import load  # type: ignore[import-untyped] # telemetry is decided when it is imported
from _bentoml_impl.server import serve_http  # type: ignore[import-untyped] # carries no types
from bentoml._internal.container import BentoMLContainer
from bentoml._internal.utils import circus

from vigia.config import load_settings
from vigia.errors import VigiaError
from vigia.operate.opening import opened
from vigia.processes import end_with_parent

SERVICE = "serving.service:Vigia"


def main() -> None:
    """Serve on the address of the settings until a signal comes."""
    end_with_parent()
    try:
        settings = opened(load_settings(), here=False).serving
    except VigiaError as error:
        raise SystemExit(f"vigia: {error}") from error
    home = Path(BentoMLContainer.bentoml_home.get())
    address = f"{settings.host}-{settings.port}".replace(":", "_")
    BentoMLContainer.prometheus_multiproc_dir.set(str(home / "vigia-metrics" / address))
    with tempfile.TemporaryDirectory(prefix="vigia-") as folder:
        circus.create_standalone_arbiter = arbiter_in(folder)
        load(SERVICE).inject_config()
        serve_http(SERVICE, host=settings.host, port=settings.port, timeout_graceful_shutdown=8)


def arbiter_in(folder: str) -> Any:
    """What makes the process that watches the workers, with its sockets for commands and news in a folder."""

    def create(watchers: list[Any], *, threaded: bool = False, check_delay: float = 10, **more: Any) -> circus.Arbiter:
        kind = circus.ThreadedArbiter if threaded else circus.Arbiter
        endpoints = {"endpoint": f"ipc://{folder}/commands", "pubsub_endpoint": f"ipc://{folder}/news"}
        return kind(watchers, check_delay=check_delay, **endpoints, **more)

    return create


if __name__ == "__main__":
    main()
