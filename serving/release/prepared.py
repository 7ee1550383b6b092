"""What is known of clients, ready to be extended: made when one is first asked about, kept within a bound of memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection

from vigia.extension import Known

MOST_BYTES = 48_000_000
"""Of all checkpoints of a release: some 50 clients of two years; those that were asked for longest ago go first."""


class Prepared:
    """Clients by name and parameters; several threads may ask."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[str, str], Known] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """Bytes of all checkpoints that are kept."""
        return sum(each.checkpoints.size for each in self._kept.values() if each.checkpoints)

    def of(self, client_id: str, parameters: str, make: Callable[[], Known]) -> Known:
        """A client, which is made ready by one thread alone."""
        key = (client_id, parameters)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while self.size > self._most_bytes and len(self._kept) > 1:
                self._kept.popitem(last=False)
            return self._kept[key]

    def without(self, clients: Collection[str]) -> "Prepared":
        """The same without some clients, whose history is another one now."""
        found = Prepared(self._most_bytes)
        with self._lock:
            found._kept.update((key, known) for key, known in self._kept.items() if key[0] not in clients)
        return found
