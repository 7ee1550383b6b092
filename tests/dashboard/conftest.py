"""A browser, and a dashboard on a real service with a small release."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.tiny_release import tiny_release

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a service on a release of three demo clients."""
    root = tmp_path_factory.mktemp("release")
    release = tiny_release(root)
    port = free_port()
    command = [sys.executable, "-m", "serving"]
    settings = {"VIGIA_SERVING_RELEASES": str(release.var), "VIGIA_FLEET": release.fleet}
    settings |= {"VIGIA_SERVING_PORT": str(port), "VIGIA_SERVING_OPEN": "true", "BENTOML_HOME": str(root / "bentoml")}
    address = f"http://127.0.0.1:{port}"
    yield from started(command, settings, f"{address}/v1/health", address, root)


@pytest.fixture(scope="session")
def dashboard(service: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a dashboard on `service`."""
    yield from served_dashboard(service, tmp_path_factory.mktemp("dashboard"))


def served_dashboard(service: str, folder: Path) -> Iterator[str]:
    """Address of a dashboard on a service; it logs into `server.log` of the folder."""
    port = free_port()
    settings = {"VIGIA_DASHBOARD_PORT": str(port), "VIGIA_DASHBOARD_SERVICE_URL": service}
    address = f"http://127.0.0.1:{port}"
    yield from started([sys.executable, "-m", "dashboard"], settings, f"{address}/favicon.ico", address, folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(command: list[str], settings: dict[str, str], probe: str, address: str, folder: Path) -> Iterator[str]:
    """Run a server until its fixture ends; it is up once `probe` answers."""
    here = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    environment = os.environ | settings | {"PYTHONPATH": here, "BENTOML_DO_NOT_TRACK": "True"}
    log = folder / "server.log"
    with log.open("w") as sink:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        wait_for(probe, process, log)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def wait_for(probe: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"server ended: {log.read_text()[-2000:]}")
        try:
            if httpx.get(probe, timeout=5, trust_env=False).status_code < 500:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    pytest.fail(f"server did not answer: {log.read_text()[-2000:]}")
