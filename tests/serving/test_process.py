"""The service as a process: readiness, a flip without a restart, no TensorFlow."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.serving.running import Running, running, until_status
from tests.support.tiny_release import TinyRelease, tiny_release
from vigia.publish.operation import flip


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("var")) as started:
        yield started


@pytest.mark.timeout(300)
def test_it_is_ready_with_the_first_release_serves_a_flip_and_carries_no_tensorflow(
    process: Running, tiny: TinyRelease, tmp_path: Path
) -> None:
    url, var = process.url, process.var
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
        for one in process.processes
        for each in one.net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    }
    assert listening == {("127.0.0.1", int(url.rpartition(":")[2]))}, "something else takes commands"
    odd = httpx.get(f"{url}/v1/clients/MT%2F001/series", timeout=10)
    assert (odd.status_code, odd.json()["detail"]) == (404, "no client MT/001")
    assert httpx.get(f"{url}/static_content/swagger-ui-bundle.js", timeout=10).status_code == 200
    for each in process.processes:
        libraries = {entry.path for entry in each.memory_maps()}
        assert not [path for path in libraries if "tensorflow" in path], each
