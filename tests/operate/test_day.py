"""The day: what is found day by day is what is found at once, whatever happens in between."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.support.film import DAYS, FLEET, Film, Operation, facts, filmed, midnight, morning_after
from vigia.errors import LockedError, VigiaError
from vigia.operate import Growth
from vigia.operate.day import run as day_run
from vigia.release import Release
from vigia.store import Readings, alerts, runs
from vigia.store.alerts import Alert, Facts


def incidents(found: dict[str, Alert]) -> dict[tuple[str, ...], Facts]:
    """What is found, by its events: an alert that goes on with a corrected event keeps its own id."""
    return {each.facts.events: each.facts for each in found.values() if each.there}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return filmed(tmp_path_factory.mktemp("film"))


@pytest.fixture
def operation(film: Film, tmp_path: Path) -> Iterator[Operation]:
    found = Operation(film, tmp_path / "store")
    yield found
    found.close()


@pytest.fixture(scope="module")
def at_once(film: Film, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operation]:
    """All days posted at once and scored by one run."""
    found = Operation(film, tmp_path_factory.mktemp("at-once"))
    found.post(film.between(0, DAYS))
    found.run(DAYS - 1)
    yield found
    found.close()


def test_day_by_day_there_are_the_alerts_of_one_call_over_all_hours(operation: Operation, at_once: Operation) -> None:
    operation.days(range(DAYS))
    assert facts(operation.alerts()) == facts(at_once.alerts())
    late = [each for each in operation.alerts().values() if each.raised_at > morning_after(0)]
    assert late, "something is raised after the first day"
    for each in late:
        assert each.facts.first_alert_at is not None
        assert 0 <= (each.raised_at - each.facts.first_alert_at).total_seconds() <= 30 * 3600


def test_alerts_are_the_past_only_events_of_the_librarys_extension(at_once: Operation, film: Film) -> None:
    release = Release.load((film.var / FLEET / "releases" / "current").resolve())
    news = {client: rows.reset_index(drop=True) for client, rows in film.between(0, DAYS).groupby("client_id")}
    events = Growth(release).with_readings(news).events
    past = events[events["mode"] == "past_only"]
    inside = [event for each in at_once.alerts().values() for event in each.facts.events]
    assert sorted(inside) == sorted(past["event_id"])


def test_late_doubled_and_corrected_readings_end_with_the_same_alerts(operation: Operation, at_once: Operation) -> None:
    film, rng = operation.film, random.Random(4)
    missing = {3, 4, 7}
    for day in range(DAYS):
        part = film.between(day, day + 1)
        wrong = part.assign(active_energy_kwh=part["active_energy_kwh"] * 0.02)
        if day in missing:
            continue
        operation.post(wrong if day in (2, 5, 6) else part)
        if rng.random() < 0.5:
            operation.post(part if day not in (2, 5, 6) else wrong)
        operation.run(day)
    before = operation.alerts()
    for day in (7, 2, 4, 6, 3, 5):
        operation.post(film.between(day, day + 1))
    operation.run(DAYS - 1, again=True)
    after = operation.alerts()
    assert incidents(after) == incidents(at_once.alerts())
    withdrawn = {name for name, each in after.items() if not each.there}
    assert withdrawn, "wrong readings had raised something"
    assert before.keys() <= after.keys(), "nothing is deleted"
    assert {name: each.raised_at for name, each in before.items()} == {n: after[n].raised_at for n in before}
    with operation.database.reading() as connection:
        for name in withdrawn:
            assert [each.what for each in alerts.history(connection, name)][-1] in ("withdrawn", "merged")


def test_a_run_that_fails_in_a_step_goes_on_with_it(
    operation: Operation, at_once: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation.post(operation.film.between(0, DAYS))
    whole = day_run.STEPS
    for name, _ in whole:

        def fail(_: object, name: str = name) -> dict[str, int]:
            raise VigiaError(f"the power went out in {name}")

        broken = tuple((each, fail if each == name else step) for each, step in whole)
        monkeypatch.setattr(day_run, "STEPS", broken)
        with pytest.raises(VigiaError, match=f"went out in {name}"):
            operation.run(DAYS - 1)
        with operation.database.reading() as connection:
            (found,) = runs.listed(connection, 5)
        assert (found.finished_at, found.error) == (None, f"the power went out in {name}")
    monkeypatch.setattr(day_run, "STEPS", whole)
    done = operation.run(DAYS - 1)
    assert (done.step, done.error, done.attempts) == (whole[-1][0], None, len(whole) + 1)
    assert facts(operation.alerts()) == facts(at_once.alerts())


def test_a_day_is_done_once_and_again_only_when_asked(operation: Operation) -> None:
    operation.days(range(1))
    before = operation.alerts()
    assert operation.run(0).attempts == 1
    assert operation.run(0, again=True).attempts == 2
    assert operation.alerts() == before


def test_a_client_of_which_nothing_came_is_not_scored_again(operation: Operation) -> None:
    operation.days(range(2))
    quiet = operation.film.between(2, 3)
    operation.post(quiet[quiet["client_id"] == "7"].reset_index(drop=True))
    assert operation.run(2).counts["score"] == {"clients": 1}


def test_two_runs_are_never_at_work_at_once(operation: Operation) -> None:
    with operation.database.alone("daily", "another run"), pytest.raises(LockedError, match="must wait"):
        operation.run(0)


def test_late_hours_of_months_ago_change_what_they_should_and_nothing_else(operation: Operation, film: Film) -> None:
    operation.days(range(2))
    before = operation.alerts()
    old = film.readings[film.readings["timestamp"].between(midnight(-60), midnight(-59), inclusive="left")]
    one = old[old["client_id"] == "1"].reset_index(drop=True)
    wrong = one.assign(active_energy_kwh=0.0)
    operation.post(wrong)
    operation.run(1, again=True)
    changed = operation.alerts()
    others = {name: each for name, each in before.items() if each.facts.client_id != "1"}
    assert {name: changed[name] for name in others} == others
    assert {name for name, each in changed.items() if each.there} != {n for n, each in before.items() if each.there}
    operation.post(one)
    operation.run(1, again=True)
    assert facts(operation.alerts()) == facts(before)


def test_what_was_kept_by_other_code_is_made_anew(operation: Operation, monkeypatch: pytest.MonkeyPatch) -> None:
    operation.days(range(2))
    before = facts(operation.alerts())
    monkeypatch.setattr("vigia.operate.day.scoring.package_digest", lambda: "other code")
    assert operation.run(1, again=True).counts["score"] == {"clients": 4}
    assert facts(operation.alerts()) == before


def test_an_alert_keeps_what_people_made_of_it(operation: Operation) -> None:
    operation.days(range(2))
    first = next(iter(operation.alerts().values()))
    with operation.database.writing() as connection:
        alerts.put(connection, replace(first, state="in_review", assignee="ana"), [])
    operation.days(range(2, 4))
    after = operation.alerts()[first.id]
    assert (after.state, after.assignee) == ("in_review", "ana")


def test_readings_are_as_they_were_posted(operation: Operation, film: Film) -> None:
    operation.days(range(2))
    stored = Readings(operation.database, str(film.readings["timestamp"].dt.tz)).current("8")
    part = film.between(0, 2)
    pd.testing.assert_frame_equal(stored, part[part["client_id"] == "8"].reset_index(drop=True))
