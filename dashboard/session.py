"""One operator's session: what is looked at, what was read last, and who wants to know of a change."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dashboard import formats, state
from dashboard.client import Body, ServiceAwayError, ServiceClient, ServiceError
from dashboard.state import Filters


class Session:
    """Holds the filters and the fleet's lists; each browser tab has its own.

    Args:
        service: the HTTP client.
        filters: where the address points.
        address: called with the query string after each change of the filters.
    """

    def __init__(self, service: ServiceClient, filters: Filters, address: Callable[[str], None]) -> None:
        self.service = service
        self.filters = filters
        self.health: Body = {}
        self.clients: list[Body] = []
        self.error = ""
        self.read_at = ""
        self._address = address
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each change of the filters."""
        self._listeners.append(listener)

    def go(self, **changes: str) -> None:
        """Change filters, tell the address and the listeners; nothing happens where nothing changes."""
        self.arrive(self.filters.but(**changes))

    def arrive(self, filters: Filters) -> None:
        """Look at what `filters` say."""
        if filters == self.filters:
            return
        self.filters = filters
        self._address(state.to_query(filters))
        for listener in self._listeners:
            listener()

    def refresh(self) -> bool:
        """Read health and clients; without an answer the former ones stay and `error` says why."""
        try:
            found = self.service.together(health=self.service.health, clients=self.service.clients)
        except ServiceAwayError as error:
            self.error = str(error)
            return False
        refused = [value for value in found.values() if isinstance(value, ServiceError)]
        if refused:
            self.error = str(refused[0])
            return False
        self.health, self.clients, self.error = found["health"], found["clients"], ""
        self.read_at = formats.date_hour(datetime.now())
        return True

    @property
    def data_until(self) -> str:
        """End of the data, ISO 8601 with offset; empty before the first answer."""
        return str(self.health.get("data_until", ""))

    @property
    def sectors(self) -> list[str]:
        """Sectors of the fleet."""
        return sorted({row["sector"] for row in self.clients if row["sector"]})

    def named(self, client_id: str) -> dict[str, Any] | None:
        """The line of a client."""
        return next((row for row in self.clients if row["client_id"] == client_id), None)

    def of_sector(self, sector: str) -> list[Body]:
        """Clients of a sector; of all of them where it is empty."""
        return [row for row in self.clients if not sector or row["sector"] == sector]
