"""MLflow's database is whole or not there, whenever the process that makes it is killed."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vigia.config.settings import Tracking
from vigia.tracking.runs import Tracker

MAKE = "from vigia.tracking.database import created; created('sqlite:///var/mlflow.db')"


def made(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", MAKE], cwd=folder, stderr=subprocess.DEVNULL)


def test_what_was_killed_in_the_middle_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process, partial = made(tmp_path), tmp_path / "var" / "mlflow.db.partial"
    until = time.monotonic() + 60
    while not (partial.is_file() and partial.stat().st_size > 50_000):
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    assert not (tmp_path / "var" / "mlflow.db").exists()
    monkeypatch.chdir(tmp_path)
    tracker = Tracker(Tracking(uri="sqlite:///var/mlflow.db", artifacts="var/mlartifacts"), "demo")
    assert tracker.client.get_experiment(tracker.experiment).name == "demo"
    assert not list((tmp_path / "var").glob("*.partial*"))


def test_two_that_make_it_at_once_make_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda process: process.wait(timeout=120), [made(tmp_path), made(tmp_path)]))
    assert codes == [0, 0]
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["mlflow.db", "mlflow.db.lock"]
