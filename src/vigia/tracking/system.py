"""What training took of the machine, as MLflow's page shows it under system metrics."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mlflow.entities import Metric
from mlflow.system_metrics.metrics.cpu_monitor import CPUMonitor
from mlflow.system_metrics.metrics.disk_monitor import DiskMonitor
from mlflow.system_metrics.metrics.network_monitor import NetworkMonitor

PREFIX = "system/"
"""Names of metrics with it have a page of their own."""
EVERY_SECONDS = 5.0


@contextmanager
def sampled(every_seconds: float = EVERY_SECONDS) -> Iterator[list[Metric]]:
    """Samples of the whole machine (processor, memory, disk, network), a few a minute, while the block runs.

    They are kept and not logged at once: MLflow has one writer, and there may be no run yet.
    """
    samples: list[Metric] = []
    ended = threading.Event()
    thread = threading.Thread(target=_sample, args=(samples, ended, every_seconds), daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()


def _sample(samples: list[Metric], ended: threading.Event, every_seconds: float) -> None:
    monitors = (CPUMonitor(), DiskMonitor(), NetworkMonitor())
    step = 0
    while not ended.wait(every_seconds):
        at = int(1000 * time.time())
        for monitor in monitors:
            monitor.collect_metrics()
            values = monitor.aggregate_metrics()
            samples += [Metric(f"{PREFIX}{name}", float(value), at, step) for name, value in values.items()]
            monitor.clear_metrics()
        step += 1
