"""`vigia worker`: what arrives is taken in, and the day is done at its hour, for as long as it runs."""

import signal
import threading

from vigia import logs
from vigia.config import load_settings
from vigia.processes import end_with_parent


def worker() -> None:
    """Take in files that arrive, and do the day at the hour of configs/operation.yaml; a process of `vigia serve`."""
    from vigia.operate.worker import watch

    end_with_parent()
    settings = load_settings()
    logs.set_up(settings.operation.logs, settings.serving.fleet)
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    watch(settings, stop)
