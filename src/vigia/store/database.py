"""One database: its engine, and transactions that read or write.

SQLite: WAL, so that readers never wait; full synchronisation, so that what was answered survives a power cut; writers
take the lock when they begin (`BEGIN IMMEDIATE`), because a reader that turns into a writer is refused at once instead
of waiting. PostgreSQL: one lock for all writers of the store, held to the end of the transaction, so that the order of
keys is the order in which rows became visible.
"""

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from vigia.errors import LockedError, StoreError
from vigia.lock import locked

BUSY_SECONDS = 30.0
"""How long a writer waits for another one."""
WRITERS = 0x76696769
"""Number of the lock of all writers, on PostgreSQL."""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON")
BEGIN = "vigia_begin"


class Database:
    """A store's database.

    Args:
        address: as SQLAlchemy writes it: `sqlite:///var/demo/vigia.db`, `postgresql://user@host/name`.

    Raises:
        StoreError: the address names no engine that is known.
    """

    def __init__(self, address: str) -> None:
        try:
            self.url: URL = make_url(address)
        except ArgumentError as error:
            raise StoreError(f"no address of a database: {address!r}") from error
        self.engine = _engine(self.url)

    @property
    def address(self) -> str:
        """As it was given, password included: for other processes of this program alone."""
        return self.url.render_as_string(hide_password=False)

    @property
    def sqlite(self) -> bool:
        """Whether it is a file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes, alone; undone where anything is raised.

        Raises:
            StoreError: the database cannot be reached, or another writer is too slow.
        """
        with _told(self.url), self._begun({BEGIN: "BEGIN IMMEDIATE"}) as connection:
            if not self.sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": WRITERS})
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads one state of all tables.

        Raises:
            StoreError: the database cannot be reached.
        """
        options: dict[str, str] = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with _told(self.url), self._begun(options) as connection:
            yield connection

    @contextmanager
    def alone(self, name: str, what: str, wait_seconds: float = 0.0) -> Iterator[None]:
        """Be the only one that does something with this store, on whatever machine; it ends with its process.

        Args:
            name: of what is done, short.
            what: is done, for the message to whom must wait.
            wait_seconds: for another one to end, where the store is a file.

        Raises:
            LockedError: another one is at work.
        """
        if self.url.get_backend_name() == "sqlite":
            with locked(Path(f"{self.url.database}.{name}.lock"), what, wait_seconds):
                yield
            return
        options = {"isolation_level": "AUTOCOMMIT"}
        number = WRITERS + 1 + zlib.crc32(name.encode())
        with _told(self.url), self.engine.connect().execution_options(**options) as connection:
            if not connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}).scalar_one():
                raise LockedError(f"{what} must wait: another one is at work with this store")
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": number})

    @contextmanager
    def _begun(self, options: Mapping[str, str]) -> Iterator[Connection]:
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


@contextmanager
def _told(url: URL) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreError(f"the store {url.render_as_string()} cannot be used: {error.orig}") from error


def _engine(url: URL) -> Engine:
    name = url.get_backend_name()
    if name == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine
    if name == "postgresql":
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    raise StoreError(f"the store is SQLite or PostgreSQL, not {name}")


def _prepare(connection: Any, _: Any) -> None:
    """SQLite's own driver begins no transaction by itself: `_begin` does."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))
