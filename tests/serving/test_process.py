"""The service as a process: readiness, a flip without a restart, no TensorFlow."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.tiny_release import TinyRelease, tiny_release
from vigia.publish.operation import flip

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_status(url: str, status: int, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    last = "no answer"
    while time.monotonic() < deadline:
        try:
            last = str(httpx.get(url, timeout=5).status_code)
        except httpx.TransportError as error:
            last = type(error).__name__
        if last == str(status):
            return
        time.sleep(0.3)
    raise AssertionError(f"{url}: {last}, expected {status}")


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, int]]:
    var, port = tmp_path_factory.mktemp("var"), free_port()
    environment = {**os.environ, "VIGIA_FLEET": "tiny", "VIGIA_SERVING_RELEASES": str(var)}
    environment |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    environment |= {"BENTOML_DO_NOT_TRACK": "True", "VIGIA_SERVING_RELOAD_SECONDS": "0.3"}
    environment |= {"VIGIA_SERVING_PORT": str(port), "BENTOML_HOME": str(var / "bentoml")}
    command = [sys.executable, "-m", "serving"]
    with (var / "log.txt").open("w") as log:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}", var, running.pid
    finally:
        for child in psutil.Process(running.pid).children(recursive=True):
            child.terminate()
        running.terminate()
        running.wait(timeout=30)


@pytest.mark.timeout(300)
def test_it_is_ready_with_the_first_release_serves_a_flip_and_carries_no_tensorflow(
    process: tuple[str, Path, int], tiny: TinyRelease, tmp_path: Path
) -> None:
    url, var, pid = process
    until_status(f"{url}/livez", 200)
    assert httpx.get(f"{url}/readyz", timeout=10).status_code == 503
    assert httpx.get(f"{url}/v1/health", timeout=10).status_code == 503
    shutil.copytree(tiny.folder, var / "tiny" / "releases" / tiny.digest)
    flip(var / "tiny", tiny.digest)
    until_status(f"{url}/v1/health", 200, 20)
    until_status(f"{url}/readyz", 200, 20)
    assert httpx.get(f"{url}/v1/health", timeout=10).json()["release"] == tiny.digest
    other = tiny_release(tmp_path, clients=("3",))
    shutil.copytree(other.folder, var / "tiny" / "releases" / other.digest)
    flip(var / "tiny", other.digest)
    deadline = time.monotonic() + 20
    while httpx.get(f"{url}/v1/health", timeout=10).json()["release"] != other.digest:
        assert time.monotonic() < deadline, "the flipped release was not served"
        time.sleep(0.2)
    nowhere = httpx.get(f"{url}/v1/nowhere", timeout=10)
    assert (nowhere.status_code, nowhere.headers["content-type"]) == (404, "application/problem+json")
    for client in range(30):
        assert httpx.get(f"{url}/v1/clients/{client}/card", timeout=10).status_code in (200, 404)
    figures = httpx.get(f"{url}/metrics", timeout=10).text
    assert 'route="/v1/clients/{client_id}/card",status="404"} ' in figures
    assert "clients/2" not in figures
    assert [each.name for each in (var / "bentoml" / "vigia-metrics").iterdir()] == [
        f"127.0.0.1-{url.rpartition(':')[2]}"
    ]
    listening = {
        each.laddr
        for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))
        for each in one.net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    }
    assert listening == {("127.0.0.1", int(url.rpartition(":")[2]))}, "something else takes commands"
    odd = httpx.get(f"{url}/v1/clients/MT%2F001/series", timeout=10)
    assert (odd.status_code, odd.json()["detail"]) == (404, "no client MT/001")
    assert httpx.get(f"{url}/static_content/swagger-ui-bundle.js", timeout=10).status_code == 200
    for each in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        libraries = {entry.path for entry in each.memory_maps()}
        assert not [path for path in libraries if "tensorflow" in path], each
