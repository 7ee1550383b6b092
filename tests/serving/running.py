"""The service as a process of its own, on a port that is free."""

import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Running:
    """A service that was started: its address, its folder of releases, and its first process."""

    url: str
    var: Path
    pid: int

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self.var / "log.txt").read_text(encoding="utf-8", errors="replace")

    @property
    def processes(self) -> list[psutil.Process]:
        """The first process and all that it started."""
        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]

    @property
    def memory(self) -> int:
        """Bytes that stand in memory for all of them, shared ones counted once a process."""
        return sum(each.memory_info().rss for each in self.processes)


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


@contextmanager
def running(var: Path, fleet: str = "tiny", most_bytes: int | None = None, **more: str) -> Iterator[Running]:
    """Serve the releases below `var`; no process of it may address more than `most_bytes`; `more` are variables."""
    port = free_port()
    environment = {**os.environ, "VIGIA_FLEET": fleet, "VIGIA_SERVING_RELEASES": str(var)}
    environment |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    environment |= {"BENTOML_DO_NOT_TRACK": "True", "VIGIA_SERVING_RELOAD_SECONDS": "0.3"}
    environment |= {
        "VIGIA_SERVING_OPEN": "true",
        "VIGIA_SERVING_PORT": str(port),
        "BENTOML_HOME": str(var / "bentoml"),
        **more,
    }
    with (var / "log.txt").open("w") as log:
        started = subprocess.Popen([sys.executable, "-m", "serving"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    if most_bytes is not None:
        resource.prlimit(started.pid, resource.RLIMIT_AS, (most_bytes, most_bytes))
    try:
        yield Running(f"http://127.0.0.1:{port}", var, started.pid)
    finally:
        for child in psutil.Process(started.pid).children(recursive=True):
            child.terminate()
        started.terminate()
        started.wait(timeout=30)
