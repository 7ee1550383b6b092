import threading
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from vigia.errors import StoreError
from vigia.store import Database, guards, migrated
from vigia.store.migrate import revision
from vigia.store.tables import APPEND_ONLY, BATCHES, METADATA

ROW = {
    "id": 1,
    "digest": "d",
    "source": "post",
    "actor": "tester",
    "received_at": datetime(2024, 1, 1, tzinfo=UTC),
    **dict.fromkeys(("read", "accepted", "corrected", "duplicate", "rejected"), 0),
}


def test_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
    assert revision(migrated(database)) == revision(database)


def test_every_append_only_table_is_guarded_at_the_last_migration(database: Database) -> None:
    with database.reading() as connection:
        assert guards.guarded(connection) == {table.name for table in APPEND_ONLY}


def test_what_happened_is_neither_changed_nor_removed_by_anything(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(insert(BATCHES), ROW)
    of_the_engine = (
        "INSERT OR REPLACE INTO batches SELECT * FROM batches" if database.sqlite else "TRUNCATE batches CASCADE"
    )
    for statement in (update(BATCHES).values(actor="somebody else"), delete(BATCHES), text(of_the_engine)):
        with pytest.raises(DBAPIError, match="append-only"), database.writing() as connection:
            connection.execute(statement)
    with database.reading() as connection:
        assert [row["actor"] for row in connection.execute(select(BATCHES)).mappings()] == ["tester"]


def test_a_lifted_guard_is_back_after_the_transaction_whatever_happens_in_it(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(insert(BATCHES), ROW)
        with guards.lifted(connection, [BATCHES]):
            connection.execute(update(BATCHES).values(actor="pruned"))
    with pytest.raises(ZeroDivisionError), database.writing() as connection, guards.lifted(connection, [BATCHES]):
        raise ZeroDivisionError
    with database.reading() as connection:
        assert guards.guarded(connection) == {table.name for table in APPEND_ONLY}
        assert connection.execute(select(BATCHES.c.actor)).scalar_one() == "pruned"


def test_what_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as connection:  # noqa: PT012 - what comes before counts
        connection.execute(insert(BATCHES), ROW)
        raise ZeroDivisionError
    with database.reading() as connection:
        assert connection.execute(select(BATCHES)).all() == []


def test_readers_do_not_wait_for_a_writer_and_see_one_state(database: Database) -> None:
    with database.reading() as before:
        assert before.execute(select(BATCHES.c.id)).all() == []
        with database.writing() as writer:
            writer.execute(insert(BATCHES), ROW)
            with database.reading() as beside:
                assert beside.execute(select(BATCHES.c.id)).all() == []
        assert before.execute(select(BATCHES.c.id)).all() == []
    with database.reading() as after:
        assert after.execute(select(BATCHES.c.id)).all() == [(1,)]


def test_writers_wait_for_each_other(database: Database) -> None:
    order: list[str] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with database.writing():
            order.append("second")

    with database.writing() as connection:
        other = threading.Thread(target=second)
        other.start()
        begun.wait(10)
        connection.execute(insert(BATCHES), ROW)
        order.append("first")
    other.join(20)
    assert order == ["first", "second"]


def test_a_store_of_a_later_version_is_left_alone(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="later version of Vigía"):
        migrated(database)
    assert revision(database) == "9999"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [("no address", "no address of a database"), ("mysql://root@127.0.0.1/x", "SQLite or PostgreSQL, not mysql")],
)
def test_an_address_that_names_no_store_is_refused(wrong: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        Database(wrong)


def test_a_server_that_is_away_is_named_without_its_password() -> None:
    away = Database("postgresql://vigia:secret@127.0.0.1:1/vigia?connect_timeout=2")
    with pytest.raises(StoreError, match="cannot be used") as caught, away.reading():
        pass
    assert "secret" not in str(caught.value)
