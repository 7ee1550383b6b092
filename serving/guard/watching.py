"""Figures of operation at `/metrics`, from the store: looked up when somebody asks, at most every few seconds.

No answer waits for a store that does not answer: then there is `vigia_store_up 0`, and nothing else of it.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vigia.store import Database
from vigia.store.keeping.figures import Figures, Watch

log = logging.getLogger(__name__)

FRESH_SECONDS = 10.0
WAIT_SECONDS = 2.0


class Operating(Collector):
    """Collects the figures of a store.

    Args:
        store: gives the store; asked again until it does.
        clock: seconds that only grow.
    """

    def __init__(self, store: Callable[[], Database], clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock = store, clock
        self._watch: Watch | None = None
        self._threads = ThreadPoolExecutor(1, "figures")
        self._asked: Future[Figures] | None = None
        self._asked_at = float("-inf")
        self._up = True
        self._one = threading.Lock()

    def collect(self) -> Iterable[Metric]:
        """All figures as they were found last, if that is not long ago."""
        figures = self._figures()
        yield GaugeMetricFamily("vigia_store_up", "Whether the store could be asked.", figures is not None)
        if figures is None:
            return
        alerts = GaugeMetricFamily("vigia_alerts", "Alerts whose event is found.", labels=["state", "severity"])
        for labels, count in sorted(figures.alerts.items()):
            alerts.add_metric(labels, count)
        readings = CounterMetricFamily("vigia_readings", "Readings that came.", labels=["outcome"])
        for outcome, count in figures.readings.items():
            readings.add_metric([outcome], count)
        yield from (alerts, readings)
        yield GaugeMetricFamily("vigia_outbox_waiting", "Messages that are to be sent.", figures.waiting)
        ages = {
            "vigia_daily_run_age_seconds": ("Since a daily run was finished last.", figures.last_run),
            "vigia_newest_reading_age_seconds": ("Since the beginning of the newest hour.", figures.newest),
        }
        now = datetime.now(UTC)
        for name, (what, when) in ages.items():
            if when is not None:
                yield GaugeMetricFamily(name, what, (now - when).total_seconds())

    def _figures(self) -> Figures | None:
        with self._one:
            asked = self._asked
            if asked is None or (asked.done() and self._clock() - self._asked_at >= FRESH_SECONDS):
                asked = self._asked = self._threads.submit(self._look)
                self._asked_at = self._clock()
        try:
            found = asked.result(WAIT_SECONDS)
        except Exception as error:  # noqa: BLE001 - figures of other things are given whatever is wrong with these
            if self._up:
                log.warning("figures of operation are not to be had: %s", str(error) or "the store does not answer")
            self._up = False
            return None
        self._up = True
        return found

    def _look(self) -> Figures:
        if self._watch is None:
            self._watch = Watch(self._store())
        return self._watch.look()
