"""Sessions on the fake service, for tests without a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dashboard.address import Filters
from dashboard.service import ServiceClient, connections
from dashboard.session import Session
from dashboard.words import Words, words_of
from tests.dashboard.fake_service import running

ES = words_of("es")


@asynccontextmanager
async def client_of(address: str, timeout: float = 5, words: Words = ES) -> AsyncIterator[ServiceClient]:
    """A client of the service at an address."""
    async with connections() as transport:
        yield ServiceClient(address, timeout, words, transport)


@asynccontextmanager
async def session_on(
    address: str, filters: Filters, written: list[tuple[str, bool]] | None = None, timeout: float = 5
) -> AsyncIterator[Session]:
    """A session on a running service that has read nothing yet; `written` gathers what it tells the address."""
    words = words_of(filters.idioma)
    told = written if written is not None else []
    async with client_of(address, timeout, words) as service:
        session = Session(service, words, filters, lambda query, replace: told.append((query, replace)))
        yield session
        session.close()


@asynccontextmanager
async def session_of(filters: Filters, written: list[tuple[str, bool]] | None = None) -> AsyncIterator[Session]:
    """The same on a fake service of its own."""
    with running() as address:
        async with session_on(address, filters, written) as session:
            yield session
