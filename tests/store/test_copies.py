"""A copy of a store is restored into either engine, from every revision, with every row as it was."""

import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import insert, select

from tests.support.postgres import WANTED, empty_database
from tests.support.zone import ZONE
from vigia import frames
from vigia.errors import StoreError
from vigia.store import Database, Readings, Rejected, guards, migrated
from vigia.store.batches import Sent
from vigia.store.keeping import copies, rows
from vigia.store.migrate import revision, upgrade
from vigia.store.tables import (
    ALERTS,
    APPEND_ONLY,
    BATCHES,
    CHECKPOINTS,
    METADATA,
    OUTBOX,
    RETRAININGS,
    RUNS,
    SUBSCRIPTIONS,
    VERDICTS,
)

NOW = datetime(2024, 7, 1, 6, 0, 0, 123456, tzinfo=UTC)


def hours(first: str, count: int, client: str = "1", value: float = 1.1) -> pd.DataFrame:
    times = pd.date_range(pd.Timestamp(first, tz=ZONE), periods=count, freq="h")
    table = pd.DataFrame({"client_id": client, "timestamp": times, "active_energy_kwh": value + np.arange(count) / 3})
    return frames.check("readings", table)


def posted(database: Database, key: str, readings: pd.DataFrame) -> None:
    raw = [Rejected(7, None, "nothing"), Rejected(8, {"ñ": [1, None, "x"]}, "odd")]
    Readings(database, ZONE).record(Sent("d", "post", "tester", key), readings, raw, NOW)


def filled(database: Database) -> None:
    """Rows of every kind of value: bytes, dates, JSON of all forms, references to rows of the same table."""
    posted(database, "a", hours("2024-06-01", 30))
    posted(database, "b", hours("2024-06-01", 3, value=2.0))
    alert: dict[str, Any] = {
        **{c.name: "x" for c in ALERTS.columns if not c.nullable},
        **{"version": 1, "clients": ["1"], "events": ["e", "f"], "start": NOW, "score": 0.1 + 0.2},
        **{"raised_at": NOW, "state_at": NOW, "second_wanted": True},
    }
    verdict = {"client_id": "1", "kind": "k", "start": NOW, "verdict": "v", "recorded_at": NOW, "actor": "ana"}
    owner = {"channel": "mail", "address": "a@b", "language": "es", "empty": False, "owner": "ana", "created_at": NOW}
    message = {
        **{"key": "k", "kind": "digest", "channel": "mail", "address": "a@b", "message_id": "m", "attempts": 0},
        **{"subscription_id": 1, "day": date(2024, 7, 1), "content": {"text": "número"}, "created_at": NOW},
    }
    with database.writing() as connection:
        connection.execute(insert(ALERTS), alert)
        connection.execute(insert(VERDICTS), verdict)
        connection.execute(insert(VERDICTS), {**verdict, "alert_id": "x", "withdraws": 1})
        connection.execute(insert(SUBSCRIPTIONS), owner)
        connection.execute(insert(SUBSCRIPTIONS), {**owner, "clients": None})
        connection.execute(insert(OUTBOX), {**message, "due_at": NOW})
        state = {"client_id": "1", "day": 9, "digest": "d", "states": bytes(range(256)), "made_at": NOW}
        connection.execute(insert(CHECKPOINTS), state)
        run = {"day": date(2024, 7, 1), "attempts": 1, "started_at": NOW, "step": "", "counts": {"a": {"b": 1.5}}}
        connection.execute(insert(RUNS), run)
        connection.execute(insert(RETRAININGS), {"started_at": NOW, "why": "w", "actor": "a", "report": None})


def content(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables; a JSON null is told from nothing."""
    with database.reading() as connection:
        return {table.name: [dict(row) for row in rows.read(connection, table)] for table in rows.tables_of(connection)}


def test_what_is_restored_into_either_engine_is_what_was_there_row_by_row(
    database: Database, other: Database, tmp_path: Path
) -> None:
    filled(database)
    before = content(database)
    copied = copies.copy(database, tmp_path)
    assert copied.counts == {name: len(found) for name, found in before.items()}
    assert copied.counts.keys() == METADATA.tables.keys()
    copies.restore(other, tmp_path, copied)
    assert content(other) == before
    assert revision(other) == revision(database)
    with other.reading() as connection:
        assert guards.guarded(connection) == {table.name for table in APPEND_ONLY}


def test_keys_go_on_after_the_rows_that_were_restored(database: Database, other: Database, tmp_path: Path) -> None:
    filled(database)
    copies.restore(other, tmp_path, copies.copy(database, tmp_path))
    for each in (database, other):
        posted(each, "c", hours("2024-06-20", 2))
    assert content(other)["readings"] == content(database)["readings"]
    assert Readings(other, ZONE).latest() == Readings(database, ZONE).latest()


def test_a_backup_of_the_first_revision_is_restored_and_migrated(address: str, other: Database, tmp_path: Path) -> None:
    with closing(Database(address)) as database:
        with database.writing() as connection:
            upgrade(connection, "0001")
            guards.put_up(connection, APPEND_ONLY[:3])
        posted(database, "a", hours("2024-06-01", 30))
        copied = copies.copy(database, tmp_path)
        assert (copied.revision, set(copied.counts)) == ("0001", {"batches", "readings", "rejected"})
        copies.restore(other, tmp_path, copied)
        before, after = content(database), content(other)
    assert {name: after[name] for name in before} == before
    assert after.keys() == METADATA.tables.keys()
    with other.reading() as connection:
        assert guards.guarded(connection) == {table.name for table in APPEND_ONLY}


def test_a_backup_of_a_later_version_is_refused_before_anything_is_made(other: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="later version of Vigía"):
        copies.restore(other, tmp_path, copies.Copied("9999", {}))
    assert copies.is_empty(other)


@pytest.mark.skipif(not WANTED, reason="no PostgreSQL for this machine")
def test_a_backup_that_lost_rows_leaves_nothing_behind(server: str, tmp_path: Path) -> None:
    with closing(migrated(Database(f"sqlite:///{tmp_path / 'own.db'}"))) as database:
        filled(database)
        copied = copies.copy(database, tmp_path)
    wrong = copies.Copied(copied.revision, {**copied.counts, "readings": 1_000})
    with empty_database(server) as address, closing(Database(address)) as other:
        with pytest.raises(StoreError, match=r"not have all rows .*: readings"):
            copies.restore(other, tmp_path, wrong)
        assert copies.is_empty(other)


def test_a_copy_that_is_made_while_others_write_is_one_state(database: Database, tmp_path: Path) -> None:
    stop, waits = threading.Event(), []

    def write() -> None:
        number = 0
        with closing(Database(database.address)) as mine:
            while not stop.is_set():
                begun = datetime.now(UTC)
                posted(mine, f"w {number}", hours("2024-01-01", 24).assign(active_energy_kwh=float(number)))
                waits.append(datetime.now(UTC) - begun)
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(waits) < 10:
            folder = tmp_path / f"copy {len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            counts = copies.copy(database, folder).counts
            assert counts["readings"] == 24 * counts["batches"]
            assert counts["rejected"] == 2 * counts["batches"]
    finally:
        stop.set()
        writer.join()
    assert max(waits) < timedelta(seconds=5)


def test_what_is_in_the_way_is_moved_aside_and_kept(database: Database, tmp_path: Path) -> None:
    filled(database)
    copied, before = copies.copy(database, tmp_path), content(database)
    with database.writing() as connection:
        connection.execute(insert(BATCHES), {**dict.fromkeys(c.name for c in BATCHES.columns), "id": 99} | SENT)
    place = copies.move_aside(database, "before-2024")
    assert copies.is_empty(database)
    copies.restore(database, tmp_path, copied)
    assert content(database) == before
    assert place is not None
    if database.sqlite:
        with closing(Database(f"sqlite:///{place}")) as old, old.reading() as connection:
            assert 99 in connection.execute(select(BATCHES.c.id)).scalars().all()
    else:
        with database.reading() as connection:
            old_batches = BATCHES.to_metadata(type(METADATA)(), schema="before-2024")
            assert 99 in connection.execute(select(old_batches.c.id)).scalars().all()


SENT = {"digest": "d", "source": "post", "actor": "t", "received_at": NOW} | dict.fromkeys(
    ("read", "accepted", "corrected", "duplicate", "rejected"), 0
)
