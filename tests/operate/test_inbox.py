import os
import time
from pathlib import Path

import pytest

from tests.conftest import ZONE
from vigia.config import Params
from vigia.operate.inbox import REFUSED, TAKEN, Taken, take_from, take_in, total
from vigia.store import Counts, Database, Readings, migrated
from vigia.store.batches import listed, one

HEAD = "Fecha,Active_energy,Reactive_energy,Voltaje_FA,Voltaje_FC"


class Box:
    """An inbox with a store."""

    def __init__(self, folder: Path) -> None:
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self.database = migrated(Database(f"sqlite:///{folder / 'vigia.db'}"))
        self.readings = Readings(self.database, ZONE)

    def drop(self, name: str, *lines: str, age: float = 60.0) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([HEAD, *lines]) + "\n")
        os.utime(path, (time.time() - age,) * 2)
        return path

    def taken(self) -> list[Taken]:
        return list(take_in(self.inbox, Params(), self.readings))

    def there(self) -> set[str]:
        return {path.relative_to(self.inbox).as_posix() for path in self.inbox.rglob("*") if path.is_file()}


def hours(*values: float, first: int = 0, day: str = "2024-07-01") -> list[str]:
    return [f"{day} {first + hour:02d}:00:00,{value},1.0,2400,2399" for hour, value in enumerate(values)]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_a_file_is_read_recorded_and_moved_and_its_bad_lines_are_kept_with_reasons(box: Box) -> None:
    box.drop("7.csv", *hours(1.0, 2.0, 3.0), "2024-07-01 99:00:00,4,1,2400,2399")
    (found,) = box.taken()
    assert found.batch is not None
    assert found.batch.counts == Counts(accepted=3, rejected=1)
    assert box.readings.current("7")["active_energy_kwh"].tolist() == [1.0, 2.0, 3.0]
    assert box.there() == {f"{TAKEN}/7.csv"}
    batch = one(box.database, found.batch.id)
    assert batch is not None
    assert (batch[1][0].position, batch[1][0].raw[:16]) == (5, "2024-07-01 99:00")
    assert box.taken() == []


def test_what_cannot_be_understood_is_refused_with_the_reason_beside_it_and_stops_nothing(box: Box) -> None:
    (box.inbox / "notes.csv").write_text("dear colleague\n")
    os.utime(box.inbox / "notes.csv", (time.time() - 60,) * 2)
    box.drop("7.csv", *hours(1.0))
    found = {each.file: each for each in box.taken()}
    assert found["notes.csv"].batch is None
    assert box.there() == {f"{TAKEN}/7.csv", f"{REFUSED}/notes.csv", f"{REFUSED}/notes.csv.why.txt"}
    assert (box.inbox / REFUSED / "notes.csv.why.txt").read_text().strip() == found["notes.csv"].error
    assert total(list(found.values())) == Counts(accepted=1)


def test_a_run_that_was_killed_before_the_file_was_moved_counts_it_once(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = box.drop("7.csv", *hours(1.0, 2.0))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("vigia.operate.inbox._moved", killed)
        with pytest.raises(KeyboardInterrupt):
            box.taken()
    assert path.exists()
    (again,) = box.taken()
    assert again.batch is not None
    assert again.batch.again
    assert len(listed(box.database, 10)) == 1
    assert total([again]) == Counts()


def test_a_file_that_is_still_on_its_way_is_left(box: Box) -> None:
    box.drop("7.csv", *hours(1.0), age=1.0)
    assert box.taken() == []
    assert box.there() == {"7.csv"}


def test_the_newer_file_of_a_client_corrects_the_older_one_and_both_stay(box: Box) -> None:
    box.drop("a/7.csv", *hours(1.0, 2.0), age=50.0)
    box.drop("b/7.csv", *hours(9.0, 3.0, first=1), age=40.0)
    box.taken()
    box.drop("a/7.csv", *hours(5.0, first=3), age=30.0)
    box.taken()
    stored = {client: box.readings.current(client)["active_energy_kwh"].tolist() for client in box.readings.latest()}
    assert [value for values in stored.values() for value in values] == [1.0, 9.0, 3.0, 5.0]
    assert box.there() == {f"{TAKEN}/a/7.csv", f"{TAKEN}/b/7.csv", f"{TAKEN}/a/7 (2).csv"}


def test_two_clients_with_the_same_content_are_two(box: Box) -> None:
    box.drop("7.csv", *hours(1.0))
    box.drop("8.csv", *hours(1.0))
    assert total(box.taken()) == Counts(accepted=2)
    assert sorted(box.readings.latest()) == ["7", "8"]


def test_hours_that_are_not_over_yet_are_rejected_with_that_reason(box: Box) -> None:
    year = time.gmtime().tm_year + 1
    box.drop("7.csv", *hours(1.0, 2.0, 1.0, 2.0), *hours(3.0, day=f"{year}-07-01"))
    (found,) = box.taken()
    assert found.batch is not None
    assert found.batch.counts == Counts(accepted=4, rejected=1)
    batch = one(box.database, found.batch.id)
    assert batch is not None
    assert (batch[1][0].position, batch[1][0].reason) == (-1, "this hour has not ended yet")
    assert batch[1][0].raw["active_energy_kwh"] == 3.0


def test_files_of_a_source_are_recorded_once_and_stay_where_they_are(box: Box) -> None:
    def taken() -> list[Taken]:
        return list(take_from(box.inbox, Params(), box.readings))

    box.drop("7.csv", *hours(1.0, 2.0))
    box.drop("bad.csv", "no,times,at,all,here")
    first = taken()
    assert {each.file: each.batch is None for each in first} == {"7.csv": False, "bad.csv": True}
    assert box.there() == {"7.csv", "bad.csv"}
    assert [each.file for each in taken()] == ["bad.csv"]
    box.drop("7.csv", *hours(1.0, 5.0))
    changed = next(each for each in taken() if each.file == "7.csv")
    assert changed.batch is not None
    assert changed.batch.counts == Counts(corrected=1, duplicate=1)
