"""One operator's session: what is looked at, what was read last, and who wants to know of a change."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from dashboard import address
from dashboard.address import Filters
from dashboard.line import Line
from dashboard.service import Body, ServiceClient, ServiceError, Vocabulary, together
from dashboard.words import Words, formats

Listener = Callable[[Filters], None]


class Session:
    """Holds the filters and the fleet's lists; each browser tab has its own.

    Args:
        service: the HTTP client.
        words: the fixed words, in the language of the session.
        filters: where the address points.
        tell: called with the query of each new place, and whether it replaces the present one.
        left_out: what of the address was not understood.

    Attributes:
        left_out: what of the address of this place was not understood; a new place has none.
    """

    def __init__(
        self,
        service: ServiceClient,
        words: Words,
        filters: Filters,
        tell: Callable[[str, bool], None],
        left_out: Sequence[str] = (),
    ) -> None:
        self.service = service
        self.words = words
        self.filters = filters
        self.vocabulary = Vocabulary()
        self.health: Body = {}
        self.clients: list[Body] = []
        self.error = ""
        self.read_at = ""
        self.left_out = tuple(left_out)
        self._tell = tell
        self._listeners: list[Listener] = []
        self._lines: list[Line] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` with the former filters after each change of them."""
        self._listeners.append(listener)

    def go(self, **changes: str) -> None:
        """Change filters, tell the address and the listeners; nothing happens where nothing changes."""
        self._arrive(
            self.filters.but(**{name: address.sendable(value) for name, value in changes.items()}), replace=False
        )

    def complete(self, **changes: str) -> None:
        """Fill in what the address left open: the same place, which Back does not come upon twice."""
        self._arrive(self.filters.but(**changes), replace=True)

    def come_back(self, filters: Filters, left_out: Sequence[str] = ()) -> None:
        """Look at a place that the address leads to already."""
        self.left_out = tuple(left_out)
        self._look(filters)

    def line(self) -> Line:
        """A line of questions to the service, which ends with the session."""
        self._lines.append(Line())
        return self._lines[-1]

    async def settled(self) -> None:
        """Wait until no line has an open question."""
        while any(line.busy for line in self._lines):
            for line in self._lines:
                await line.settled()

    def close(self) -> None:
        """Call all questions off and forget who listens."""
        for line in self._lines:
            line.drop()
        self._lines.clear()
        self._listeners.clear()

    def _arrive(self, filters: Filters, replace: bool) -> None:
        if filters != self.filters:
            if not replace:
                self.left_out = ()
            self._tell(address.to_query(filters), replace)
            self._look(filters)

    def _look(self, filters: Filters) -> None:
        former, self.filters = self.filters, filters
        if filters != former:
            for listener in self._listeners:
                listener(former)

    async def refresh(self) -> bool:
        """Read health and clients, and once the vocabulary; without an answer the former ones stay, `error` says why.

        A service without a vocabulary is no error: names are shown as they are called.
        """
        calls: dict[str, Any] = {"health": self.service.health(), "clients": self.service.clients()}
        if self.vocabulary == Vocabulary():
            calls["vocabulary"] = self.service.vocabulary()
        found = await together(**calls)
        if not isinstance(found.get("vocabulary", self.vocabulary), ServiceError):
            self.vocabulary = found.get("vocabulary", self.vocabulary)
        failed = [found[name] for name in ("health", "clients") if isinstance(found[name], ServiceError)]
        if failed:
            self.error = str(failed[0])
            return False
        self.health, self.clients, self.error = found["health"], found["clients"], ""
        self.read_at = formats.date_hour(datetime.now())
        return True

    @property
    def data_until(self) -> str:
        """End of the data, ISO 8601 with offset; empty before the first answer."""
        return str(self.health.get("data_until", ""))

    @property
    def zone(self) -> str:
        """The zone of the fleet's times."""
        return str(self.health.get("timezone", "UTC"))

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
