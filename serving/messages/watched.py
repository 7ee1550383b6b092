"""What is wrong with operation, for whoever asks whether all is well: looked up now and then, and kept in between."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from vigia.config.settings import Operation
from vigia.errors import StoreError
from vigia.operate.watchdog import known_now, problems
from vigia.store import Database

log = logging.getLogger(__name__)

KEPT_SECONDS = 10.0
AWAY = "store_unavailable"
LastHours = Callable[[], Mapping[str, datetime]]


@dataclass(frozen=True)
class Watch:
    """When a daily run ended well last, and codes of problems (`operate.problems`)."""

    last_daily_run: datetime | None
    problems: tuple[str, ...]


@dataclass
class Watched:
    """Asks the store at most every few seconds, whoever asks.

    Attributes:
        clock: seconds that go by.
    """

    clock: Callable[[], float] = time.monotonic
    _until: float = float("-inf")
    _watch: Watch = Watch(None, ())
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self, limits: Operation, store: Callable[[], Database], last_hours: LastHours) -> Watch:
        """What is wrong.

        Args:
            limits: when something is a problem.
            store: opens the store, or gives it.
            last_hours: gives the last hour that was read, by client.
        """
        with self._lock:
            if self.clock() >= self._until:
                self._watch = _looked_up(limits, store, last_hours)
                self._until = self.clock() + KEPT_SECONDS
            return self._watch


def _looked_up(limits: Operation, store: Callable[[], Database], last_hours: LastHours) -> Watch:
    now = datetime.now(UTC)
    try:
        with store().reading() as connection:
            known = known_now(connection, last_hours(), now)
    except StoreError as error:
        log.error("problems of operation cannot be looked up: %s", error)
        return Watch(None, (AWAY,))
    return Watch(known.last_good, tuple(each.code for each in problems(known, now, limits)))
