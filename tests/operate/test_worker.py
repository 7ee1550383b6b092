"""The worker: when it does what, and that it lets go when it is asked to."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.bare_release import FLEET, bare_release, bare_training
from tests.support.zone import ZONE
from vigia.config.settings import Operation, Serving, Settings
from vigia.operate import worker
from vigia.operate.worker import Worker
from vigia.publish.operation import flip

SIX = datetime(2024, 7, 1, 6, 0, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


class Clockwork:
    """A worker whose commands are noted, and end as they are told to."""

    def __init__(self, var: Path, source: str = "") -> None:
        serving, operation = Serving(fleet=FLEET, releases=var), Operation(source=source)
        self.waiting = False
        self.worker = Worker(Settings(serving=serving, operation=operation), self.run, lambda _: self.waiting)
        self.asked: list[str] = []
        self.good = True

    def run(self, name: str) -> bool:
        if name != "watchdog":
            self.asked.append(name)
        return self.good

    def at(self, hours: float) -> list[str]:
        """What is done so long after six o'clock of the first day."""
        self.asked = []
        self.worker.look(SIX + timedelta(hours=hours))
        return self.asked


@pytest.fixture
def var(tmp_path: Path) -> Path:
    home = tmp_path / "var" / FLEET
    fresh = home / "releases" / "fresh"
    digest = bare_release(fresh, bare_training(tmp_path / "train", ["1"]))
    fresh.rename(fresh.with_name(digest))
    flip(home, digest)
    return tmp_path / "var"


def drop(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("Fecha,Active_energy\n")
    os.utime(path, (time.time() - 60,) * 2)
    return path


def test_the_day_is_done_once_from_its_hour_on(var: Path) -> None:
    clock = Clockwork(var)
    assert [clock.at(hour) for hour in (-7, -0.1, 0.0, 0.1, 17.9, 18.1, 23.9, 24.0, 24.1)] == [
        ["daily"],  # of the day before, which was not done
        [],
        ["daily"],
        [],
        [],
        [],
        [],
        ["daily"],
        [],
    ]


def test_a_day_that_failed_is_tried_again_with_growing_waits(var: Path) -> None:
    clock = Clockwork(var)
    clock.good = False
    tried = [minute for minute in range(200) if clock.at(minute / 60)]
    assert tried == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    clock.good = True
    assert clock.at(5) == ["daily"]
    assert clock.at(6) == []


def test_files_of_the_inbox_and_of_the_source_are_taken_in_when_they_are_there(var: Path, tmp_path: Path) -> None:
    clock = Clockwork(var, str(tmp_path / "source"))
    path = drop(var / FLEET / "inbox", "1.csv")
    assert clock.at(-0.9) == ["intake"]
    path.unlink()
    stays = drop(tmp_path / "source", "1.csv")
    assert [clock.at(-0.8), clock.at(-0.7)] == [["intake"], []]
    os.utime(stays, (time.time() - 30,) * 2)
    assert clock.at(-0.6) == ["intake"]


def test_what_is_due_is_sent_and_tried_again_later_where_that_fails(var: Path) -> None:
    clock = Clockwork(var)
    assert clock.at(-1) == []
    clock.waiting, clock.good = True, False
    assert [clock.at(-0.9 + minute / 60) for minute in range(4)] == [["send"], ["send"], [], ["send"]]


def test_the_watchdog_looks_once_an_hour_from_an_hour_after_the_start_on(var: Path) -> None:
    clock, looked = Clockwork(var), []
    clock.worker.run = lambda name: looked.append(name) or True  # type: ignore[func-returns-value]
    for minute in range(-60, 181, 10):
        clock.worker.look(SIX + timedelta(minutes=minute))
    assert looked == ["daily", "watchdog", "watchdog", "watchdog", "watchdog"]


def test_without_a_release_nothing_is_done(tmp_path: Path) -> None:
    assert Clockwork(tmp_path / "var").at(1) == []


@pytest.fixture
def program(var: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`vigia worker` as a process of its own, where the day is due at once."""
    environment = {
        **os.environ,
        "VIGIA_FLEET": FLEET,
        "VIGIA_SERVING_RELEASES": str(var),
        "VIGIA_OPERATION_DAILY_AT": "00:00",
        "VIGIA_OPERATION_LOOK_SECONDS": "0.2",
    }
    started = subprocess.Popen([sys.executable, "-c", worker.PROGRAM, "worker"], env=environment)
    yield started
    started.kill()
    started.wait()


def test_the_process_does_the_day_and_ends_when_it_is_asked_to(program: subprocess.Popen[bytes], var: Path) -> None:
    until = time.monotonic() + 60
    while not (var / FLEET / "vigia.db.daily.lock").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert (var / FLEET / "vigia.db.daily.lock").exists()
    program.send_signal(signal.SIGTERM)
    assert program.wait(20) == 0


def test_a_command_ends_with_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "begun"
    body = f"import pathlib, time; pathlib.Path({str(mark)!r}).touch(); time.sleep(60)"
    monkeypatch.setattr(worker, "PROGRAM", body)
    stop = threading.Event()

    def end() -> None:
        while not mark.exists():
            time.sleep(0.05)
        stop.set()

    threading.Thread(target=end, daemon=True).start()
    begun = time.monotonic()
    assert worker.command("daily", stop) is False
    assert time.monotonic() - begun < 30
