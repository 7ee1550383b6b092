"""Both engines for real: SQLite in a file, and a PostgreSQL server that these tests start.

`VIGIA_TEST_POSTGRES=off` leaves the server out, where there is no wheel for the machine.
"""

from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from tests.support.postgres import WANTED, empty_database, postgres
from vigia.store import Database, migrated

ENGINES = ["sqlite"] + (["postgresql"] if WANTED else [])


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a PostgreSQL server."""
    with postgres() as address:
        yield address


@pytest.fixture(params=ENGINES)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each engine beside that of `address`."""
    where = "sqlite:///" + str(tmp_path / "other" / "vigia.db")
    server = None if request.param == "sqlite" else request.getfixturevalue("server")
    with nullcontext(where) if server is None else empty_database(server) as found, closing(Database(found)) as made:
        yield made


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database of each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store' / 'vigia.db'}"
        return
    with empty_database(request.getfixturevalue("server")) as found:
        yield found


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A store with its tables."""
    found = migrated(Database(address))
    yield found
    found.close()
