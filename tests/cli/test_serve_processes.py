"""`vigia serve` ends with all that it started, whatever ends it."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.elsewhere import free_ports
from tests.support.tiny_release import tiny_release

ROOT = Path(__file__).parents[2]
SECONDS = 10.0


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_release(tmp_path_factory.mktemp("tiny"), clients=("8",)).var


def alive(processes: list[psutil.Process]) -> list[str]:
    found = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except psutil.NoSuchProcess:
            continue
    return found


def long_request(port: int) -> int:
    """Status of a `detect` that takes a while."""
    first = 1_700_000_000 // 3600 * 3600
    stamps = [time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(first + 3600 * hour)) for hour in range(8_000)]
    readings = [{"timestamp": when, "active_energy_kwh": 100.0} for when in stamps]
    body, headers = json.dumps({"client_id": "8", "readings": readings}), {"content-type": "application/json"}
    return httpx.post(f"http://127.0.0.1:{port}/v1/detect", content=body, headers=headers, timeout=60).status_code


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("signum", "code"),
    [
        (signal.SIGTERM, 143),
        pytest.param(signal.SIGINT, 130, marks=pytest.mark.long),
        pytest.param(signal.SIGKILL, -9, marks=pytest.mark.long),
    ],
)
def test_a_signal_ends_everything_within_ten_seconds_and_what_was_asked_is_answered(
    var: Path, tmp_path: Path, signum: int, code: int
) -> None:
    service, dashboard, mlflow = free_ports(3)
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "BENTOML_HOME": str(tmp_path / "bentoml"),
        "VIGIA_FLEET": "tiny",
        "VIGIA_SERVING_RELEASES": str(var),
        "VIGIA_SERVING_PORT": str(service),
        "VIGIA_DASHBOARD_PORT": str(dashboard),
        "VIGIA_TRACKING_PORT": str(mlflow),
        "VIGIA_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db",
        "VIGIA_TRACKING_ARTIFACTS": str(tmp_path / "artifacts"),
    }
    command = [sys.executable, "-c", "from vigia.cli import main; main()", "serve"]
    with (tmp_path / "log.txt").open("w") as log:
        running = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    started: list[psutil.Process] = []
    try:
        until = time.monotonic() + 150
        for url in (f"http://127.0.0.1:{service}/readyz", f"http://127.0.0.1:{mlflow}/health"):
            while not answers(url):
                assert running.poll() is None, (tmp_path / "log.txt").read_text()
                assert time.monotonic() < until, f"{url}: {(tmp_path / 'log.txt').read_text()}"
                time.sleep(0.5)
        started = psutil.Process(running.pid).children(recursive=True)
        assert len(started) >= 6, started
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(long_request, service)
            time.sleep(0.3)
            begun = time.monotonic()
            running.send_signal(signum)
            assert running.wait(timeout=30) == code
            while (left := alive(started)) and time.monotonic() < begun + SECONDS:
                time.sleep(0.1)
            assert not left
            assert time.monotonic() - begun < SECONDS
            if signum != signal.SIGKILL:
                assert asked.result(timeout=5) == 200
    finally:
        for process in started:
            if process.is_running():
                process.kill()
        running.kill()
        running.wait(timeout=10)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.TransportError:
        return False
