"""Servers and environments that tests start: MLflow's server as the product runs it, environments of a model's own."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 240
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], ready: str, folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """A server that answers at an address, until it is not needed any more."""
    log = folder / f"{Path(command[0]).name}-{command[1]}.log"
    with log.open("w") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdout=file, stderr=file, start_new_session=True
        )
    try:
        until = time.monotonic() + SECONDS
        while True:
            try:
                with urllib.request.urlopen(ready, timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, log.read_text()[-3000:]
                assert time.monotonic() < until, log.read_text()[-3000:]
                time.sleep(0.5)
        yield
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


def bare_environment() -> dict[str, str]:
    """Variables of somebody who knows nothing of this checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.startswith("VIGIA_")}


@contextmanager
def mlflow_server(uri: str, artifacts: str, folder: Path) -> Iterator[str]:
    """Address of MLflow's server, started by the line of the Procfile.

    Args:
        uri: of the tracking database.
        artifacts: where it keeps artifacts.
        folder: working directory, and place of its log.
    """
    port = free_port()
    settings = {
        "VIGIA_TRACKING_URI": uri,
        "VIGIA_TRACKING_ARTIFACTS": artifacts,
        "VIGIA_TRACKING_HOST": "127.0.0.1",
        "VIGIA_TRACKING_PORT": str(port),
    }
    bare = bare_environment()
    server = {**bare, **QUIET, **settings, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{bare['PATH']}"}
    line = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()[0].removeprefix("mlflow: ")
    words = [settings.get(word.removeprefix("$"), word) for word in shlex.split(line)]
    words[0] = str(Path(sys.executable).parent / words[0])
    with running(words, f"http://127.0.0.1:{port}/health", folder, server):
        yield f"http://127.0.0.1:{port}"
