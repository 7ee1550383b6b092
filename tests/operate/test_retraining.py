"""Retraining in the middle of operation: what people decided goes on, and the gate has the last word."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.film import FLEET, Film, Operation, filmed, midnight, morning_after, publish, written_release
from vigia.compute import THIS_PROCESS
from vigia.errors import ModelError, PublishError, TrackingError
from vigia.operate.decisions import By, Judged, Wish, change
from vigia.operate.retraining import Making, retrain, shadow
from vigia.store import alerts, modelling
from vigia.store.alerts import Alert

HALF = 5


@pytest.fixture
def film(tmp_path: Path) -> Film:
    return filmed(tmp_path, clients=("6", "7", "8"))


@pytest.fixture
def operation(film: Film, tmp_path: Path) -> Iterator[Operation]:
    found = Operation(film, tmp_path / "store")
    yield found
    found.close()


def decide(operation: Operation, alert: Alert, day: int, wish: Wish) -> Alert:
    judged = [Judged(alert.facts.client_id, alert.facts.kind, alert.facts.start)]
    with operation.database.writing() as connection:
        return change(connection, alert, wish, By("ana", morning_after(day)), judged)


def making(film: Film, until: int, published: list[str], told: list[Mapping[str, Any]]) -> Making:
    """A release with the readings before a day, published without a gate."""
    fresh = film.var / "fresh"

    def make() -> Path:
        written_release(film, midnight(until), fresh)
        return fresh

    def bring(folder: Path) -> str:
        published.append(publish(film, midnight(until)))
        return published[-1]

    return Making(make, bring, lambda digest, report: told.append({"digest": digest, **report}))


def retrained(operation: Operation, made: Making) -> modelling.Retraining:
    home = operation.film.var / FLEET
    return retrain(operation.database, home, made, THIS_PROCESS, "weekly", "tester", lambda: datetime.now(UTC))


def test_states_notes_and_ids_survive_a_retraining(operation: Operation, film: Film) -> None:
    operation.days(range(HALF))
    before = operation.alerts()
    ordered = list(before.values())
    taken = decide(operation, ordered[0], HALF, Wish(state="in_review", assignee="ana", note="visita el lunes"))
    published: list[str] = []
    told: list[Mapping[str, Any]] = []
    found = retrained(operation, making(film, HALF, published, told))
    assert (found.decision, found.release, found.error) == ("published", published[0], None)
    assert told[0]["digest"] == published[0]
    operation.days(range(HALF, HALF + 3))
    after = operation.alerts()
    assert before.keys() <= after.keys()
    mine = after[taken.id]
    assert (mine.state, mine.assignee) == ("in_review", "ana")
    with operation.database.reading() as connection:
        notes = [each.note for each in alerts.history(connection, taken.id)]
    assert "visita el lunes" in notes
    assert {name: each.raised_at for name, each in before.items()} == {n: after[n].raised_at for n in before}


def test_the_shadow_report_says_what_would_become_of_open_alerts(
    operation: Operation, film: Film, tmp_path: Path
) -> None:
    operation.days(range(HALF))
    written_release(film, midnight(HALF), tmp_path / "fresh")
    same = shadow(operation.database, tmp_path / "fresh", film.var / FLEET / "releases" / "current", THIS_PROCESS)
    assert json.loads(json.dumps(same)) == same
    assert {row["client_id"] for row in same["clients"]} == {"6", "7", "8"}
    first = next(iter(operation.alerts().values()))
    moved = replace(first.facts, events=("nothing",), kind="spike", start=midnight(-300), end=midnight(-299))
    lost = replace(first, id="f" * 16, facts=moved)
    graver = replace(first, facts=replace(first.facts, severity="critical" if first.facts.severity == "low" else "low"))
    with operation.database.writing() as connection:
        alerts.add(connection, [lost], [])
        alerts.put(connection, graver, [])
    other = shadow(operation.database, tmp_path / "fresh", None, THIS_PROCESS)
    assert {row["alert_id"] for row in other["vanish"]} - {row["alert_id"] for row in same["vanish"]} == {lost.id}
    assert [(row["before"], row["severity"]) for row in other["severity"] if row["alert_id"] == first.id] == [
        (graver.facts.severity, first.facts.severity)
    ]
    assert other["appear"] == same["appear"]
    assert operation.alerts()[lost.id].there, "a report changes nothing"


def test_what_the_gate_refuses_leaves_the_release_in_operation(operation: Operation, film: Film) -> None:
    operation.days(range(2))
    link = film.var / FLEET / "releases" / "current"
    served, made = link.readlink(), making(film, 2, [], [])

    def make() -> Path:
        folder = made.make()
        (folder / "models" / "7" / "spec.json").unlink()
        return folder

    def refuse(folder: Path) -> str:
        raise PublishError("the gate refused it")

    def unreadable(folder: Path) -> str:
        raise AssertionError("it is not asked for")

    with pytest.raises(Exception, match=r"spec\.json"):
        retrained(operation, replace(made, make=make, publish=unreadable))
    strict = film.params.model_copy(update={"publish": film.params.publish.model_copy(update={"max_event_ratio": 1.0})})
    found = retrained(operation, replace(making(replace(film, params=strict), 2, [], []), publish=refuse))
    assert found.report is not None
    assert (found.decision, bool(found.report["gate"])) == ("refused", True)
    assert link.readlink() == served


def test_a_retraining_that_fails_is_written_down_and_changes_nothing(operation: Operation, film: Film) -> None:
    def fail() -> Path:
        raise ModelError("the disk is full")

    with pytest.raises(ModelError):
        retrained(operation, Making(fail, lambda _: ""))
    with operation.database.reading() as connection:
        (found,) = modelling.retrainings(connection, 5)
    assert (found.error, found.decision, found.finished_at is not None) == ("the disk is full", None, True)


def test_a_decision_stands_where_mlflow_does_not_answer(operation: Operation, film: Film) -> None:
    def away(_: str, __: Mapping[str, Any]) -> None:
        raise TrackingError("nobody there")

    found = retrained(operation, replace(making(film, 1, [], []), note=away))
    assert (found.decision, found.error) == ("published", None)
