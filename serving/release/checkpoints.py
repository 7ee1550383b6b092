"""Checkpoints of the clients of a release: made when a client is first asked about, kept within a bound of memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from vigia.detection.checkpoints import Checkpoints

MOST_BYTES = 48_000_000
"""Of all checkpoints of a release: some 50 clients of two years; those that were asked for longest ago go first."""


class KeptCheckpoints:
    """Checkpoints by client and parameters; several threads may ask."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[str, str], Checkpoints] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes of what is kept."""
        return sum(each.size for each in self._kept.values())

    def of(self, client_id: str, parameters: str, make: Callable[[], Checkpoints]) -> Checkpoints:
        """Those of a client, which are made by one thread alone."""
        key = (client_id, parameters)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while self.size > self._most_bytes and len(self._kept) > 1:
                self._kept.popitem(last=False)
            return self._kept[key]
