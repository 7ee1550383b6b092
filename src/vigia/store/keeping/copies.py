"""A whole store as files, made while others write, and back into an empty database of either engine.

SQLite is copied by its own backup, which sees one state of all tables and keeps nobody waiting; the copy is checked
page by page. PostgreSQL is read in one transaction of one state, a file of JSON lines a table. Either is restored into
either: first the tables as they were in that revision, then the rows, then the migrations since.
"""

import gzip
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, inspect, text

from vigia.errors import StoreError
from vigia.store import guards
from vigia.store.database import Database
from vigia.store.keeping import rows
from vigia.store.migrate import is_known, migrated, revision_of, upgrade

FILE, FOLDER = "store.db", "store"
ENDING = ".jsonl.gz"


@dataclass(frozen=True)
class Copied:
    """What a copy holds.

    Attributes:
        revision: of its tables; none of a store that nobody opened yet.
        counts: rows by table.
    """

    revision: str | None
    counts: Mapping[str, int]


Source = Callable[[Table], Iterator[rows.Row]]
"""Gives all rows of a table."""


def copy(database: Database, folder: Path) -> Copied:
    """Write a copy of a store into a folder; who writes meanwhile does not wait.

    Raises:
        StoreError: the store cannot be used, or what was copied is damaged.
    """
    if not database.sqlite:
        return _written(database, folder / FOLDER)
    return _backed_up(database, folder / FILE)


def restore(database: Database, folder: Path, copied: Copied) -> None:
    """Fill an empty database from a copy, and bring it to the tables of this version.

    Args:
        database: empty; see `is_empty`.
        folder: that `copy` wrote into.
        copied: what it said.

    Raises:
        StoreError: the copy is of a later version, or not all of it is there afterwards; nothing is kept then.
    """
    if not is_known(copied.revision):
        raise StoreError(f"the backup was made by a later version of Vigía ({copied.revision})")
    if database.sqlite and (folder / FILE).is_file():
        _put_back(database, folder / FILE)
        migrated(database)
    else:
        with _source(folder) as source, database.writing() as connection:
            _fill(connection, source, copied)


def is_empty(database: Database) -> bool:
    """Whether nothing is there: no file that holds a table, or no table of ours."""
    if database.sqlite and not Path(database.url.database or "").is_file():
        return True
    with database.reading() as connection:
        return not inspect(connection).get_table_names()


def move_aside(database: Database, name: str) -> str | None:
    """Take what is there out of the way and delete nothing: a file beside it, or a schema, of this name.

    Returns:
        Where it is now; none where nothing was there.

    Raises:
        StoreError: the database does not allow it.
    """
    if is_empty(database):
        return None
    if database.sqlite:
        database.close()
        path = Path(str(database.url.database))
        for end in ("-wal", "-shm", ""):
            if (part := path.with_name(path.name + end)).exists():
                os.replace(part, path.with_name(f"{path.name}.{name}{end}"))
        return f"{path}.{name}"
    with database.writing() as connection:
        connection.execute(text(f'CREATE SCHEMA "{name}"'))
        for table in inspect(connection).get_table_names():
            connection.execute(text(f'ALTER TABLE "{table}" SET SCHEMA "{name}"'))
    return f"schema {name}"


def _backed_up(database: Database, target: Path) -> Copied:
    with closing(database.engine.raw_connection()) as raw, closing(sqlite3.connect(target)) as to:
        own = raw.driver_connection
        assert isinstance(own, sqlite3.Connection)
        own.backup(to)
        to.execute("PRAGMA journal_mode=DELETE")
        (found,) = to.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise StoreError(f"the store {database.url.render_as_string()} is damaged: {found}")
        names = [str(name) for (name,) in to.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {name: int(to.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in sorted(names)}
        made = to.execute(f"SELECT version_num FROM {rows.VERSION}").fetchone() if counts.pop(rows.VERSION, 0) else None
    return Copied(None if made is None else str(made[0]), counts)


def _written(database: Database, folder: Path) -> Copied:
    folder.mkdir()
    counts = {}
    with database.reading() as connection:
        found = revision_of(connection)
        for table in rows.tables_of(connection):
            counts[table.name] = 0
            with gzip.open(folder / f"{table.name}{ENDING}", "wt", encoding="utf-8", compresslevel=6) as file:
                for row in rows.read(connection, table):
                    file.write(json.dumps(rows.lined(row), ensure_ascii=False, separators=(",", ":")) + "\n")
                    counts[table.name] += 1
    return Copied(found, counts)


def _put_back(database: Database, file: Path) -> None:
    path = Path(str(database.url.database))
    partial = path.with_name(f"{path.name}.partial")
    shutil.copyfile(file, partial)
    with partial.open("rb+") as written:
        os.fsync(written.fileno())
    database.close()
    partial.replace(path)


def _fill(connection: Connection, source: Source, copied: Copied) -> None:
    if copied.revision is not None:
        upgrade(connection, copied.revision)
    found = {table.name: rows.write(connection, table, source(table)) for table in rows.tables_of(connection)}
    if found != dict(copied.counts):
        wrong = sorted(name for name, _ in found.items() ^ copied.counts.items())
        raise StoreError(f"the backup does not have all rows that it should have: {', '.join(wrong)}")
    upgrade(connection)
    guards.put_up(connection)


@contextmanager
def _source(folder: Path) -> Iterator[Source]:
    """Rows of a copy of either kind."""
    if not (folder / FILE).is_file():
        yield lambda table: _lines(folder / FOLDER / f"{table.name}{ENDING}", table)
        return
    with _opened(folder / FILE) as database, database.reading() as connection:
        mine = {table.name: table for table in rows.tables_of(connection)}
        yield lambda table: rows.read(connection, mine[table.name])


def _lines(path: Path, table: Table) -> Iterator[rows.Row]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield rows.unlined(table, json.loads(line))


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    """A copy of a file, so that the one of the backup stays what its digest says."""
    with tempfile.TemporaryDirectory(prefix="vigia-") as folder:
        place = shutil.copyfile(file, Path(folder) / FILE)
        with closing(Database(f"sqlite:///{place}")) as database:
            yield database
