"""Guards in the database: what happened is not changed or removed, whatever writes.

A trigger a table on SQLite and a function on PostgreSQL refuse it. A migration that rebuilds a table drops its triggers
without a word, so the guards are put up again after every migration. `lifted` is for what must remove old rows.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Table, text

from vigia.store.tables import APPEND_ONLY

FUNCTION = "vigia_append_only"
REFUSED = "is append-only"


def put_up(connection: Connection, tables: Sequence[Table] = APPEND_ONLY) -> None:
    """Guard tables; those that are guarded already stay so."""
    take_down(connection, tables)
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '% {REFUSED}', TG_TABLE_NAME; END $$"
            )
        )
    for name in _names(tables):
        for statement in _statements(connection.dialect.name, name):
            connection.execute(text(statement))


def take_down(connection: Connection, tables: Sequence[Table] = APPEND_ONLY) -> None:
    """Remove the guards of tables."""
    on = connection.dialect.name == "postgresql"
    for name in _names(tables):
        for what in ("update", "delete", "truncate", "insert"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}_{what}" + (f" ON {name}" if on else "")))


@contextmanager
def lifted(connection: Connection, tables: Sequence[Table]) -> Iterator[None]:
    """Without the guards of these tables, within the transaction of the connection alone."""
    take_down(connection, tables)
    yield
    put_up(connection, tables)


def guarded(connection: Connection) -> set[str]:
    """Names of the tables that are guarded."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(
            text(
                "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = :name AND t.tgenabled <> 'D'"
            ),
            {"name": FUNCTION},
        )
    else:
        rows = connection.execute(
            text("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE :what"),
            {"what": f"%{REFUSED}%"},
        )
    return {str(name) for (name,) in rows}


def _names(tables: Sequence[Table]) -> list[str]:
    return [table.name for table in tables]


def _statements(dialect: str, name: str) -> list[str]:
    if dialect == "postgresql":
        return [
            f"CREATE TRIGGER {name}_{what.lower()} BEFORE {what} ON {name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
            for what in ("UPDATE", "DELETE", "TRUNCATE")
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{name} {REFUSED}'); END"
    return [
        f"CREATE TRIGGER {name}_update BEFORE UPDATE ON {name} {refuse}",
        f"CREATE TRIGGER {name}_delete BEFORE DELETE ON {name} {refuse}",
        f"CREATE TRIGGER {name}_insert BEFORE INSERT ON {name} "
        f"WHEN EXISTS (SELECT 1 FROM {name} WHERE id = NEW.id) {refuse}",
    ]
