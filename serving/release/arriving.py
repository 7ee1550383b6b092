"""Readings that arrive: the release in operation as it is with them."""

from serving.release.served import Served
from vigia.operate import Growth
from vigia.release import Release
from vigia.store import Readings


class Arriving:
    """Follows the store beside one release.

    Args:
        release: as it was published.
        readings: that came since.
    """

    def __init__(self, release: Release, readings: Readings) -> None:
        self._growth, self._readings = Growth(release), readings
        self._seen: dict[str, int] = {}

    def taken_in(self, served: Served) -> Served:
        """What is served with all that has been recorded by now; the same object where nothing is new.

        Raises:
            StoreError: the store cannot be used.
        """
        latest = self._readings.latest()
        changed = {client for client, number in latest.items() if self._seen.get(client) != number}
        known = changed & served.clients.keys()
        if known:
            news = {client: self._readings.current(client) for client in sorted(known)}
            served = served.grown(self._growth.with_readings(news), known)
        self._seen = latest
        return served
