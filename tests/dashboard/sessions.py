"""Sessions on the fake service, for tests without a browser."""

from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.address import Filters
from dashboard.service import ServiceClient
from dashboard.session import Session
from dashboard.words import words_of
from tests.dashboard.fake_service import running


@contextmanager
def session_of(filters: Filters, written: list[tuple[str, bool]] | None = None) -> Iterator[Session]:
    """A session that has read nothing yet; `written` gathers what it tells the address."""
    words = words_of(filters.idioma)
    with running() as address:
        service = ServiceClient(address, 5, words)
        told = written if written is not None else []
        yield Session(service, words, filters, lambda query, replace: told.append((query, replace)))
        service.close()
