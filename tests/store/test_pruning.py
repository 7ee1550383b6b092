"""What is removed of a store is what counts no more; what can be asked of the time since stays what it was."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import func, insert, select

from tests.store.test_copies import hours
from tests.support.zone import ZONE
from vigia.store import Database, Readings, guards
from vigia.store.answers import Answer, Asked, record
from vigia.store.batches import Sent
from vigia.store.keeping import pruning
from vigia.store.tables import APPEND_ONLY, OUTBOX, READINGS

NOW = datetime(2024, 7, 1, 6, tzinfo=UTC)


def post(database: Database, readings: pd.DataFrame, days: int) -> None:
    """Record readings as if it were so many days ago."""
    when = NOW - timedelta(days=days)
    Readings(database, ZONE).record(Sent("d", "post", "tester"), readings, now=when)


def without(database: Database, numbers: list[int]) -> None:
    with database.writing() as connection:
        pruning.remove_readings(connection, numbers)


def test_what_was_known_since_the_limit_can_still_be_asked(database: Database) -> None:
    for days, value in ((40, 1.0), (30, 2.0), (20, 3.0), (5, 4.0)):
        post(database, hours("2024-05-01", 6, value=value), days)
    post(database, hours("2024-05-01", 3, client="2"), 40)
    stored, limit = Readings(database, ZONE), NOW - timedelta(days=10)
    since = [NOW - timedelta(days=days) for days in (10, 7, 5, 0)]
    before = [stored.current("1", as_of=when) for when in since]
    with database.reading() as connection:
        assert pruning.with_several(connection) == ["1"]
        numbers = pruning.superseded(connection, "1", limit)
        assert pruning.superseded(connection, "2", limit) == []
    assert len(numbers) == 2 * 6
    without(database, numbers)
    for when, table in zip(since, before, strict=True):
        pd.testing.assert_frame_equal(stored.current("1", as_of=when), table)
    with database.reading() as connection:
        assert guards.guarded(connection) == {table.name for table in APPEND_ONLY}
        assert pruning.superseded(connection, "1", limit) == []


def test_the_row_that_was_recorded_last_of_a_client_stays_however_old_its_hour(database: Database) -> None:
    post(database, hours("2024-05-01", 6), 40)
    post(database, hours("2023-01-01", 3), 30)
    latest = Readings(database, ZONE).latest()
    with database.reading() as connection:
        old = pruning.hours(connection, "1", NOW)
    assert len(old) == 8
    without(database, old["id"].tolist())
    assert Readings(database, ZONE).latest() == latest
    post(database, hours("2024-06-01", 1), 1)
    assert Readings(database, ZONE).latest()["1"] > latest["1"], "no number is given twice"


def test_more_rows_than_a_statement_takes_are_removed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 4)
    post(database, hours("2024-05-01", 11), 40)
    with database.reading() as connection:
        numbers = pruning.hours(connection, "1", NOW)["id"].tolist()
    without(database, numbers)
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(READINGS)).scalar_one() == 1


def test_what_was_said_is_forgotten_and_that_it_was_said_is_not(database: Database) -> None:
    message: dict[str, Any] = {"kind": "digest", "channel": "mail", "address": "a@b", "message_id": "m", "attempts": 1}
    long_ago, limit = NOW - timedelta(days=100), NOW - timedelta(days=90)
    states: dict[str, dict[str, Any]] = {
        "sent": {"sent_at": long_ago},
        "given up": {"failed_at": long_ago},
        "sent lately": {"sent_at": NOW},
        "waiting": {"next_try_at": long_ago},
    }
    with database.writing() as connection:
        for key, state in states.items():
            row = {**message, **state, "key": key, "content": {"text": "número"}, "created_at": long_ago}
            connection.execute(insert(OUTBOX), {**row, "due_at": row["created_at"]})
        assert pruning.empty_messages(connection, limit, really=False) == 2
        assert pruning.empty_messages(connection, limit, really=True) == 2
        assert pruning.empty_messages(connection, limit, really=True) == 0
    with database.reading() as connection:
        found = {str(key): body for key, body in connection.execute(select(OUTBOX.c.key, OUTBOX.c.content))}
    assert found == {"sent": {}, "given up": {}, "sent lately": {"text": "número"}, "waiting": {"text": "número"}}


def test_answers_whose_keys_count_no_more_are_removed(database: Database) -> None:
    with database.writing() as connection:
        for key, days in (("new", 1), ("old", 8)):
            record(connection, Asked("POST:/v1/x", "ana", key, "d"), Answer(200, {}), NOW - timedelta(days=days))
        assert [pruning.forget_answers(connection, NOW, really) for really in (False, True, True)] == [1, 1, 0]
