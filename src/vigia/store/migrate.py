"""Bringing a database to the tables of this version; from every version that was released, forwards."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

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
        scripts = ScriptDirectory.from_config(_config())
        now = MigrationContext.configure(connection).get_current_revision()
        head = scripts.get_current_head()
        try:
            known = now is None or scripts.get_revision(now) is not None
        except CommandError:
            known = False
        if not known:
            raise StoreError(
                f"the store {database.url.render_as_string()} was made by a later version of Vigía ({now}); "
                f"this one knows it up to {head}"
            )
        if now != head:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            guards.put_up(connection)
    return database


def revision(database: Database) -> str | None:
    """The version of its tables; none of an empty database."""
    with database.reading() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        return None if found is None else str(found)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config
