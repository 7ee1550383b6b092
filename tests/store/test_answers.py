"""Answers under idempotency keys."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from vigia.errors import ConflictError
from vigia.store import Database
from vigia.store.answers import Answer, Asked, digest_of, known, record
from vigia.store.tables import ANSWERS

NOW = datetime(2024, 7, 1, tzinfo=UTC)
ASKED = Asked("POST:/v1/alerts", "ana", "k-1", digest_of({"note": "visto", "client_id": "7"}))
GIVEN = Answer(201, {"alert": {"alert_id": "a", "energy_kwh": 1.5, "end": None}})


def test_the_same_request_again_gets_the_first_answer(database: Database) -> None:
    with database.writing() as connection:
        assert known(connection, ASKED, NOW) is None
        record(connection, ASKED, GIVEN, NOW)
    with database.reading() as connection:
        assert known(connection, ASKED, NOW + timedelta(days=6)) == GIVEN


def test_another_body_under_the_same_key_is_a_conflict(database: Database) -> None:
    with database.writing() as connection:
        record(connection, ASKED, GIVEN, NOW)
        other = Asked(ASKED.route, ASKED.actor, ASKED.key, digest_of({"note": "otra"}))
        with pytest.raises(ConflictError, match="something else was sent under the key 'k-1', at 2024-07-01 00:00"):
            known(connection, other, NOW)


@pytest.mark.parametrize(
    "other",
    [
        Asked("POST:/v1/alerts/bulk", "ana", "k-1", ASKED.digest),
        Asked("POST:/v1/alerts", "luis", "k-1", ASKED.digest),
        Asked("POST:/v1/alerts", "ana", "k-2", ASKED.digest),
        Asked("POST:/v1/alerts", "ana", "1", ASKED.digest),
    ],
    ids=["route", "actor", "key", "end of a key"],
)
def test_keys_of_another_route_or_actor_are_others(database: Database, other: Asked) -> None:
    with database.writing() as connection:
        record(connection, ASKED, GIVEN, NOW)
        assert known(connection, other, NOW) is None
        record(connection, other, GIVEN, NOW)


def test_an_answer_is_forgotten_after_seven_days_and_its_key_can_be_used_again(database: Database) -> None:
    later = NOW + timedelta(days=7, seconds=1)
    with database.writing() as connection:
        record(connection, ASKED, GIVEN, NOW)
        assert known(connection, ASKED, later) is None
        record(connection, ASKED, Answer(200, {}), later)
        assert known(connection, ASKED, later) == Answer(200, {})
        assert connection.execute(select(func.count()).select_from(ANSWERS)).scalar_one() == 1


def test_what_is_undone_leaves_no_answer(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as connection:  # noqa: PT012 - what comes before counts
        record(connection, ASKED, GIVEN, NOW)
        raise ZeroDivisionError
    with database.reading() as connection:
        assert known(connection, ASKED, NOW) is None


def test_of_equal_requests_at_once_one_is_done(database: Database) -> None:
    done: list[int] = []

    def ask(number: int) -> None:
        with database.writing() as connection:
            if known(connection, ASKED, NOW) is None:
                done.append(number)
                record(connection, ASKED, GIVEN, NOW)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(done) == 1
