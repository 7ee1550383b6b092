"""Bringing a database to the tables of this version; from every version that was released, forwards."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from vigia.errors import StoreError
from vigia.store import guards
from vigia.store.database import Database

SCRIPTS = Path(__file__).parent / "migrations"


def migrated(database: Database) -> Database:
    """The database with the tables and guards of this version.

    Raises:
        StoreError: it was made by a later version, or cannot be reached.
    """
    with database.writing() as connection:
        now, head = revision_of(connection), _scripts().get_current_head()
        if not is_known(now):
            raise StoreError(
                f"the store {database.url.render_as_string()} was made by a later version of Vigía ({now}); "
                f"this one knows it up to {head}"
            )
        if now != head:
            upgrade(connection)
            guards.put_up(connection)
    return database


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring tables to a revision, in the transaction of the connection; guards are another matter."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def is_known(revision: str | None) -> bool:
    """Whether this version knows a revision of the tables; none is that of an empty database."""
    try:
        return revision is None or _scripts().get_revision(revision) is not None
    except CommandError:
        return False


def revision(database: Database) -> str | None:
    """The version of its tables; none of an empty database."""
    with database.reading() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The version of the tables that a transaction sees; none of an empty database."""
    found = MigrationContext.configure(connection).get_current_revision()
    return None if found is None else str(found)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config
