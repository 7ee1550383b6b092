"""A fleet is backed up while it runs, and one that is restored goes on as if nothing had happened."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.store.test_copies import content
from tests.support.film import FLEET, Film, Operation, filmed
from tests.support.postgres import WANTED, empty_database, postgres
from vigia.config.settings import Serving, Settings, Store
from vigia.errors import LockedError, StoreError
from vigia.operate import store_of
from vigia.operate.keeping import KEEPING
from vigia.operate.keeping.backup import Backup, backup, complete
from vigia.operate.keeping.restore import restore_fleet
from vigia.publish.decisions import decide, read
from vigia.publish.operation import linked_release, rollback
from vigia.release.layout import registry_file, verify
from vigia.store import Database, runs

NOW = datetime(2024, 4, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    found = filmed(tmp_path_factory.mktemp("film"))
    home = found.var / FLEET
    served = linked_release(home)
    assert served is not None
    registry_file(home / "releases" / served).write_text('{"models": {}, "event_ids": {}}', encoding="utf-8")
    decide(home, "published", served, None, "first release")
    return found


@pytest.fixture
def operation(film: Film, tmp_path: Path) -> Iterator[Operation]:
    found = Operation(film, tmp_path / "store")
    yield found
    found.close()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as address:
        yield address


def elsewhere(folder: Path, address: str = "") -> Settings:
    """Of a machine on which nothing is."""
    return Settings(serving=Serving(fleet=FLEET, releases=folder / "var", open=True), store=Store(address=address))


class Restored(Operation):
    """Goes on at another place."""

    def __init__(self, film: Film, settings: Settings, posted: int) -> None:
        self.film, self.settings, self.posted = film, settings, posted
        self.database: Database = store_of(settings)


def goes_on_alike(operation: Operation, settings: Settings) -> None:
    """The next two days end with the same rows, whether the machine was lost or not."""
    with closing(Restored(operation.film, settings, operation.posted)) as restored:
        assert content(restored.database) == content(operation.database)
        for day in (3, 4):
            for each in (operation, restored):
                each.post(each.film.between(day, day + 1))
                each.run(day)
        assert restored.alerts() == operation.alerts()
        with operation.database.reading() as mine, restored.database.reading() as theirs:
            first, second = runs.listed(mine, 1)[0], runs.listed(theirs, 1)[0]
        assert (second.id, second.counts, second.release) == (first.id, first.counts, first.release)


def test_a_fleet_restored_on_another_machine_goes_on_with_the_same_alerts(operation: Operation, tmp_path: Path) -> None:
    operation.days(range(3))
    made = backup(operation.settings, tmp_path / "backups", now=NOW)
    assert made.name == f"{FLEET}-20240405T120000Z"
    settings = elsewhere(tmp_path / "new")
    restore_fleet(settings, made)
    home, old = settings.serving.releases / FLEET, operation.film.var / FLEET
    served = linked_release(home)
    assert served == linked_release(old)
    assert verify(home / "releases" / "current")["digest"] == served
    assert (
        registry_file(home / "releases" / str(served)).read_bytes()
        == registry_file(old / "releases" / str(served)).read_bytes()
    )
    assert read(home) == read(old)
    goes_on_alike(operation, settings)


@pytest.mark.skipif(not WANTED, reason="no PostgreSQL for this machine")
def test_a_fleet_changes_its_engine_by_a_backup_and_back_again(
    operation: Operation, server: str, tmp_path: Path
) -> None:
    operation.days(range(3))
    with empty_database(server) as address:
        there = elsewhere(tmp_path / "there", address)
        restore_fleet(there, backup(operation.settings, tmp_path / "backups", now=NOW))
        back = elsewhere(tmp_path / "back")
        restore_fleet(back, backup(there, tmp_path / "backups", now=NOW + timedelta(minutes=1)))
        goes_on_alike(operation, back)
        with closing(store_of(there)) as moved, closing(Database(operation.database.address)) as own:
            assert content(moved).keys() == content(own).keys()


def test_a_damaged_backup_is_refused_before_anything_is_written(operation: Operation, tmp_path: Path) -> None:
    operation.days(range(1))
    made = backup(operation.settings, tmp_path / "backups", now=NOW)
    damaged = made / "store.db"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    with pytest.raises(StoreError, match=r"damaged: missing or changed: store\.db"):
        restore_fleet(elsewhere(tmp_path / "new"), made)
    assert not (tmp_path / "new").exists()


def test_nothing_is_restored_over_what_is_there_unless_it_is_moved_aside(operation: Operation, tmp_path: Path) -> None:
    operation.days(range(1))
    made = backup(operation.settings, tmp_path / "backups", now=NOW)
    settings = elsewhere(tmp_path / "new")
    restore_fleet(settings, made)
    home = settings.serving.releases / FLEET
    with closing(store_of(settings)) as database:
        before = content(database)
    with pytest.raises(StoreError, match=r"nothing is restored over what is there: .*releases.*--force"):
        restore_fleet(settings, made)
    restore_fleet(settings, made, force=True, now=NOW)
    assert (home / "before-20240405T120000Z" / "releases" / "current").exists()
    with (
        closing(Database(f"sqlite:///{home / 'vigia.db'}.before-20240405T120000Z")) as old,
        closing(store_of(settings)) as database,
    ):
        assert content(old) == content(database) == before


def test_a_backup_of_another_fleet_is_not_restored(operation: Operation, tmp_path: Path) -> None:
    made = backup(operation.settings, tmp_path / "backups", now=NOW)
    other = Settings(serving=Serving(fleet="other", releases=tmp_path / "new"))
    with pytest.raises(StoreError, match=f"is of fleet {FLEET}, the settings are of other"):
        restore_fleet(other, made)
    with pytest.raises(StoreError, match="no backup in"):
        restore_fleet(other, tmp_path)


def test_files_that_wait_in_the_inbox_wait_again_beside_those_that_came_since(
    operation: Operation, tmp_path: Path
) -> None:
    settings = elsewhere(tmp_path / "old")
    inbox = settings.serving.releases / FLEET / "inbox"
    for name, age in (("a.csv", 60), ("below/b.csv", 60), ("on its way.csv", 0), ("taken/c.csv", 60)):
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    made = backup(settings, tmp_path / "backups", now=NOW)
    new = elsewhere(tmp_path / "new")
    came = new.serving.releases / FLEET / "inbox" / "a.csv"
    came.parent.mkdir(parents=True)
    came.write_text("came since", encoding="utf-8")
    restore_fleet(new, made)
    there = {path.relative_to(came.parent).as_posix(): path.read_text() for path in came.parent.rglob("*.csv")}
    assert there == {"a.csv": "came since", "a (2).csv": "a.csv", "below/b.csv": "below/b.csv"}


def test_older_backups_of_the_same_fleet_go_and_nothing_else(operation: Operation, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for name in (f"{FLEET}-2-20200101T000000Z", f"{FLEET}-20200101T000000Z", "notes"):
        (folder / name).mkdir(parents=True)
    for minute in range(4):
        backup(operation.settings, folder, keep=2, now=NOW + timedelta(minutes=minute))
    names = [f"{FLEET}-20240405T120{minute}00Z" for minute in (2, 3)]
    assert [path.name for path in complete(folder, FLEET)] == names
    assert {path.name for path in folder.iterdir()} == {
        *names,
        f"{FLEET}-2-20200101T000000Z",
        f"{FLEET}-20200101T000000Z",
        "notes",
    }


def test_a_backup_holds_what_its_manifest_says_and_only_its_owner_may_enter(
    operation: Operation, tmp_path: Path
) -> None:
    operation.days(range(1))
    made = backup(operation.settings, tmp_path / "backups", now=NOW)
    assert made.stat().st_mode & 0o077 == 0
    found = Backup.read(made)
    found.verify(made)
    assert (found.fleet, found.current, found.previous) == (FLEET, linked_release(operation.film.var / FLEET), None)
    assert found.store.counts["readings"] == len(operation.film.between(0, 1))
    assert json.loads((made / "manifest.json").read_text())["files"].keys() >= {"store.db", "decisions.jsonl"}
    with pytest.raises(StoreError, match="there already"):
        backup(operation.settings, tmp_path / "backups", now=NOW)


def test_the_release_that_was_in_operation_before_can_be_gone_back_to(film: Film, tmp_path: Path) -> None:
    var = tmp_path / "var"
    shutil.copytree(film.var, var, symlinks=True)
    home, settings = var / FLEET, elsewhere(tmp_path)
    served = str(linked_release(home))
    lines = [("older", None), ("lost", "older"), (served, "lost")]
    (home / "decisions.jsonl").unlink()
    for digest, before in lines:
        decide(home, "published", digest, before, "better")
    shutil.copytree(home / "releases" / served, home / "releases" / "older")
    made = backup(settings, tmp_path / "backups", now=NOW)
    assert Backup.read(made).previous == "older"
    new = elsewhere(tmp_path / "new")
    restore_fleet(new, made)
    assert rollback(new.serving.releases / FLEET, "older") == "older"


def test_two_backups_are_never_made_at_once(operation: Operation, tmp_path: Path) -> None:
    with operation.database.alone(KEEPING, "another one"), pytest.raises(LockedError, match="a backup must wait"):
        backup(operation.settings, tmp_path / "backups", now=NOW)
    assert not list((tmp_path / "backups").glob("*"))
