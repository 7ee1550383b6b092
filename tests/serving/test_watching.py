"""`/metrics` says how operation is, and is answered whatever is wrong with the store."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from serving.guard import guarded, watching
from serving.guard.watching import Operating
from tests.serving.test_guard import ask
from tests.store.test_copies import filled, hours, posted
from vigia.config.settings import Serving
from vigia.errors import StoreError
from vigia.store import Database, migrated


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(migrated(Database(f"sqlite:///{tmp_path / 'vigia.db'}"))) as found:
        yield found


def figures(operating: Operating) -> dict[str, float]:
    """What a page says of operation, by name and labels."""
    answer = ask(guarded(Starlette(), Serving(), operating), "GET", "/metrics")
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if not sample.name.startswith("vigia_request")
    }


def test_figures_of_operation_are_those_of_the_store(database: Database) -> None:
    filled(database)
    found = figures(Operating(lambda: database))
    age = found.pop("vigia_newest_reading_age_seconds")
    assert age == pytest.approx(time.time() - hours("2024-06-02 05:00", 1)["timestamp"].iloc[0].timestamp(), abs=60)
    assert found == {
        "vigia_store_up": 1,
        "vigia_alerts x x": 1,
        "vigia_readings_total accepted": 30,
        "vigia_readings_total corrected": 3,
        "vigia_readings_total duplicate": 0,
        "vigia_readings_total rejected": 4,
        "vigia_outbox_waiting": 0,
    }


def test_the_store_is_asked_at_most_every_few_seconds(database: Database) -> None:
    now = 0.0
    operating = Operating(lambda: database, lambda: now)
    assert figures(operating)["vigia_readings_total accepted"] == 0
    posted(database, "a", hours("2024-06-01", 5))
    assert figures(operating)["vigia_readings_total accepted"] == 0
    now = watching.FRESH_SECONDS
    assert figures(operating)["vigia_readings_total accepted"] == 5


def test_a_store_that_is_away_is_said_to_be_and_is_asked_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    now, away = 0.0, True

    def store() -> Database:
        if away:
            raise StoreError("the store is away")
        return database

    operating = Operating(store, lambda: now)
    assert figures(operating) == figures(operating) == {"vigia_store_up": 0}
    (line,) = [each.message for each in caplog.records]  # once, not with each scrape
    assert line.startswith("figures of operation are not to be had: the store is away")
    now, away = watching.FRESH_SECONDS, False
    assert figures(operating)["vigia_store_up"] == 1


def test_nobody_waits_for_a_store_that_does_not_answer(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "WAIT_SECONDS", 0.1)
    answers = threading.Event()

    def store() -> Database:
        answers.wait(30)
        return database

    operating = Operating(store)
    begun = time.monotonic()
    assert figures(operating) == figures(operating) == {"vigia_store_up": 0}
    assert time.monotonic() - begun < 10
    answers.set()
    until = time.monotonic() + 10
    while figures(operating)["vigia_store_up"] == 0:
        assert time.monotonic() < until
