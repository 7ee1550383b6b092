"""Servers that run beside a test, and an environment of a model's own requirements, where nothing is Vigía's."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
}
SECONDS = 240
"""For a server to answer."""


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address on which nothing listens."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def free_port() -> int:
    """One such port."""
    return free_ports(1)[0]


@contextmanager
def running(
    command: Sequence[str],
    ready: str | Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    log: Path | None = None,
) -> Iterator[Path]:
    """What answers at one address or several, until it is not needed any more; yields the file of what it prints.

    Args:
        command: that starts it.
        ready: address that answers when it is ready, or all such addresses.
        folder: in which it runs.
        environment: all of its variables.
        log: file of what it prints; one in `folder`, if absent.
    """
    log = log or folder / f"{Path(command[0]).name}-{command[1]}.log"
    with log.open("w") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdout=file, stderr=file, start_new_session=True
        )
    try:
        until = time.monotonic() + SECONDS
        waiting = [ready] if isinstance(ready, str) else list(ready)
        while waiting:
            try:
                with urllib.request.urlopen(waiting[0], timeout=5):
                    waiting.pop(0)
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, log.read_text()[-3000:]
                assert time.monotonic() < until, log.read_text()[-3000:]
                time.sleep(0.5)
        yield log
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def new_environment(folder: Path, requirements: Path, environment: Mapping[str, str]) -> Path:
    """Folder with the commands of an environment that has these requirements and nothing else."""
    uv = str(Path(sys.executable).parent / "uv")
    python = str(folder / "bin" / "python")
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "--quiet", "--python", python, "-r", str(requirements)],
    ):
        subprocess.run(command, env=dict(environment), check=True, timeout=1200)
    return folder / "bin"
