"""What is old is removed, and the days that follow end with the same alerts."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.operate.test_keeping import Restored, elsewhere
from tests.support.film import FLEET, Film, Operation, filmed, midnight, morning_after, publish
from vigia.config.settings import Settings
from vigia.errors import LockedError
from vigia.keys import package_digest
from vigia.operate.keeping import KEEPING
from vigia.operate.keeping.backup import backup
from vigia.operate.keeping.prune import Pruned, on_disk, prune
from vigia.operate.keeping.restore import restore_fleet
from vigia.publish.decisions import decide
from vigia.publish.operation import linked_release, rollback
from vigia.release.layout import registry_file
from vigia.store import guards
from vigia.store.tables import APPEND_ONLY, CHECKPOINTS, READINGS

NOW = morning_after(4)
KEEP = {"keep_releases": 1, "keep_readings_days": 0.5, "keep_corrections_days": 0.5}


def keeping(settings: Settings, **values: float) -> Settings:
    return settings.model_copy(update={"operation": settings.operation.model_copy(update=values)})


def published(film: Film, until: int) -> str:
    """A release up to the midnight of a day, in operation."""
    before = linked_release(film.var / FLEET)
    digest = publish(film, midnight(until))
    registry_file(film.var / FLEET / "releases" / digest).write_text('{"models": {}, "event_ids": {}}')
    decide(film.var / FLEET, "published", digest, before, "better")
    return digest


def rows(operation: Operation) -> int:
    with operation.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(READINGS)).scalar_one()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Film, list[str], Path]]:
    """A fleet with three releases, with corrections, of which there is a backup."""
    root = tmp_path_factory.mktemp("pruned")
    film = filmed(root)
    digests = [published(film, 0)]
    with closing(Operation(film, root / "store")) as operation:
        for day in range(4):
            part = film.between(day, day + 1)
            moment = morning_after(day)
            operation.post(part.assign(active_energy_kwh=part["active_energy_kwh"] * 0.5), moment)
            operation.post(part, moment + timedelta(minutes=1))
            operation.run(day)
        digests += [published(film, 2), published(film, 4)]
        yield film, digests, backup(operation.settings, root / "backups")


@pytest.fixture
def twins(made: tuple[Film, list[str], Path], tmp_path: Path) -> Iterator[tuple[Operation, Operation]]:
    """Two fleets with the same past; the older release lies there too."""
    film, digests, folder = made
    found = []
    for name in ("pruned", "whole"):
        settings = elsewhere(tmp_path / name)
        restore_fleet(settings, folder)
        found.append(Restored(film, settings, 8))
        oldest = settings.serving.releases / FLEET / "releases" / digests[0]
        original = film.var / FLEET / "releases" / digests[0]
        _copied(original, oldest)
    yield found[0], found[1]
    for each in found:
        each.close()


def _copied(original: Path, to: Path) -> None:
    shutil.copytree(original, to)
    shutil.copy2(registry_file(original), registry_file(to))


def test_the_next_days_end_with_the_same_alerts_and_after_a_rollback_too(
    twins: tuple[Operation, Operation], made: tuple[Film, list[str], Path]
) -> None:
    pruned, whole = twins
    digests = made[1]
    before = rows(pruned)
    done = prune(keeping(pruned.settings, **KEEP), now=NOW)
    day = len(pruned.film.between(0, 1))
    assert done.releases == (digests[0],)
    assert done.registries == (f"{digests[0]}.registry.json",)
    assert done.superseded == before - 4 * day > 3 * day
    assert done.old == 2 * day, "the release before the one in operation ends after two days"
    assert rows(pruned) == 2 * day
    assert on_disk(pruned.settings.serving.releases / FLEET) == digests[1:]
    with pruned.database.reading() as connection:
        assert guards.guarded(connection) == {table.name for table in APPEND_ONLY}
    for each in twins:
        each.post(each.film.between(4, 5))
        each.run(4)
    assert pruned.alerts() == whole.alerts()
    for each in twins:
        assert rollback(each.settings.serving.releases / FLEET) == digests[1]
        each.run(4, again=True)
    assert facts(pruned) == facts(whole)


def facts(operation: Operation) -> dict[str, object]:
    return {name: (each.facts, each.state, each.there) for name, each in operation.alerts().items()}


def test_what_would_be_removed_is_told_and_nothing_is(twins: tuple[Operation, Operation]) -> None:
    operation, before = twins[0], rows(twins[0])
    settings = keeping(operation.settings, **KEEP)
    told = prune(settings, really=False, now=NOW)
    assert rows(operation) == before
    assert len(on_disk(settings.serving.releases / FLEET)) == 3
    assert prune(settings, now=NOW) == told
    assert prune(settings, now=NOW) == Pruned((), (), 0, 0, 0, 0, 0)


def test_hours_that_a_kept_release_does_not_hold_as_they_are_stay(twins: tuple[Operation, Operation]) -> None:
    operation = twins[0]
    first = operation.film.between(0, 1)
    wrong = first[first["client_id"] == "7"].reset_index(drop=True)
    operation.post(wrong.assign(active_energy_kwh=wrong["active_energy_kwh"] + 1.0))
    earlier = operation.film.between(-60, -59)
    strange = earlier[earlier["client_id"] == "7"].assign(client_id="new", timestamp=earlier["timestamp"].iloc[0])
    operation.post(strange.head(1).reset_index(drop=True))
    done = prune(keeping(operation.settings, **KEEP), now=NOW)
    assert done.old == 2 * len(first) - len(wrong), "of the hours that were corrected now nothing goes"
    with operation.database.reading() as connection:
        left = connection.execute(select(READINGS.c.client_id, func.count()).group_by(READINGS.c.client_id)).all()
    assert dict(left)["new"] == 1


def test_of_what_is_young_nothing_is_removed(twins: tuple[Operation, Operation]) -> None:
    done = prune(twins[0].settings, now=NOW)
    assert (done.releases, done.superseded, done.old) == ((), 0, 0)


def test_states_of_other_code_are_removed_and_others_stay(twins: tuple[Operation, Operation]) -> None:
    operation = twins[0]
    with operation.database.writing() as connection:
        there = connection.execute(select(CHECKPOINTS.c.digest).distinct()).scalars().all()
        connection.execute(CHECKPOINTS.insert(), STATE)
    assert there == [package_digest()]
    assert prune(operation.settings, now=NOW).states == 1
    with operation.database.reading() as connection:
        assert connection.execute(select(CHECKPOINTS.c.digest).distinct()).scalars().all() == there


STATE = {"client_id": "1", "day": 1, "digest": "other code", "states": b"", "made_at": NOW - timedelta(days=1)}


def test_nothing_is_removed_beside_a_backup_or_a_daily_run(twins: tuple[Operation, Operation]) -> None:
    operation = twins[0]
    for name in (KEEPING, "daily"):
        with operation.database.alone(name, "another one"), pytest.raises(LockedError, match="must wait"):
            prune(operation.settings, now=NOW)
