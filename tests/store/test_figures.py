"""Figures of operation are those of the store, however often they are asked for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from tests.store.test_copies import filled, hours, posted
from vigia.store import Database, runs
from vigia.store.keeping.figures import Watch
from vigia.store.tables import ALERTS, OUTBOX

NOW = datetime(2024, 7, 1, 6, tzinfo=UTC)


def test_of_an_empty_store_nothing_is_said(database: Database) -> None:
    found = Watch(database).look()
    assert (found.alerts, found.waiting, found.last_run, found.newest) == ({}, 0, None, None)
    assert found.readings == dict.fromkeys(("accepted", "corrected", "duplicate", "rejected"), 0)


def test_what_came_since_is_counted_too(database: Database) -> None:
    watch = Watch(database)
    filled(database)
    first = watch.look()
    assert first.readings == {"accepted": 30, "corrected": 3, "duplicate": 0, "rejected": 4}
    assert first.newest == hours("2024-06-02 05:00", 1)["timestamp"].iloc[0]
    posted(database, "c", hours("2023-06-01", 2))
    later = watch.look()
    assert (later.readings["accepted"], later.newest) == (32, first.newest)
    posted(database, "d", hours("2024-06-03", 2))
    assert watch.look() == Watch(database).look()
    assert watch.look().newest == hours("2024-06-03 01:00", 1)["timestamp"].iloc[0]


def test_alerts_are_counted_by_state_and_severity_as_long_as_they_are_there(database: Database) -> None:
    row: dict[str, Any] = {
        **{c.name: "x" for c in ALERTS.columns if not c.nullable},
        **{"version": 1, "clients": [], "events": [], "start": NOW, "score": 0.1},
        **{"raised_at": NOW, "state_at": NOW, "second_wanted": False, "withdrawn_at": None},
    }
    made = [("a", "new", "high", None), ("b", "new", "high", None), ("c", "new", "low", None), ("d", "new", "low", NOW)]
    names = ("id", "state", "severity", "withdrawn_at")
    with database.writing() as connection:
        connection.execute(insert(ALERTS), [{**row, **dict(zip(names, each, strict=True))} for each in made])
    assert Watch(database).look().alerts == {("new", "high"): 2, ("new", "low"): 1}


def test_messages_wait_until_they_are_done_with_and_a_run_counts_when_it_is_finished(database: Database) -> None:
    row: dict[str, Any] = {"kind": "k", "channel": "mail", "address": "a", "message_id": "m", "content": {}}
    row |= {"created_at": NOW, "due_at": NOW, "attempts": 0}
    with database.writing() as connection:
        for key, values in {"a": {"next_try_at": NOW}, "b": {"sent_at": NOW}}.items():
            connection.execute(insert(OUTBOX), {**row, "key": key, **values})
        for number in range(2):
            runs.begin(connection, date(2024, 7, 1 + number), NOW + timedelta(days=number))
        runs.note(connection, 1, finished_at=NOW)
    found = Watch(database).look()
    assert (found.waiting, found.last_run) == (1, NOW)
