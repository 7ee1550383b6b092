"""`make bench`: stages, trials, service, dashboard, on a fresh demo fleet in a temporary folder."""

import os
import platform
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks import dashboard, service, stages
from tests.support.tiny_release import tiny_release
from vigia import frames
from vigia.config.sections.fetch import DemoParams

HOST = "127.0.0.1"
SERVICE_PORT, DASHBOARD_PORT = 3900, 5906
LONG_CLIENTS, LONG_MONTHS = ("1", "2", "3", "7", "8", "10"), 28


@contextmanager
def running(
    folder: Path, *arguments: str, url: str, more: dict[str, str] | None = None, seconds: float = 90
) -> Iterator[None]:
    """A Python process in `folder` that answers at `url`, ended afterwards."""
    variables = {
        **stages.environment(),
        **(more or {}),
        "VIGIA_SERVING_HOST": HOST,
        "VIGIA_SERVING_PORT": str(SERVICE_PORT),
        "VIGIA_SERVING_OPEN": "true",
        "BENTOML_HOME": str(folder / "bentoml"),
        "VIGIA_DASHBOARD_PORT": str(DASHBOARD_PORT),
        "VIGIA_DASHBOARD_SERVICE_URL": f"http://{HOST}:{SERVICE_PORT}",
    }
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *arguments], cwd=folder, env=variables, stdout=quiet, stderr=quiet)
    try:
        until = time.monotonic() + seconds
        while not _answers(url):
            if time.monotonic() > until or process.poll() is not None:
                raise SystemExit(f"no answer from {url}")
            time.sleep(0.5)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def main() -> None:
    """Measure everything and print it."""
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        stages.prepare(folder)
        _print_stages(folder)
        stages.run(folder, "-c", "from vigia.cli import main; main()", "publish")
        command = ("-m", "serving")
        with running(folder, *command, url=f"http://{HOST}:{SERVICE_PORT}/readyz"):
            _print_service()
        _print_redraw(folder, command)


def _print_redraw(folder: Path, command: tuple[str, ...]) -> None:
    """Redraw of six clients with 20,000 hours, after a change of client with all history shown."""
    long = tiny_release(folder / "long", LONG_CLIENTS, "long", DemoParams(months=LONG_MONTHS))
    settings = {"VIGIA_SERVING_FLEET": long.fleet, "VIGIA_SERVING_RELEASES": str(long.var)}
    with (
        running(folder, *command, url=f"http://{HOST}:{SERVICE_PORT}/readyz", more=settings),
        running(folder, "-m", "dashboard", url=f"http://{HOST}:{DASHBOARD_PORT}/"),
    ):
        times = dashboard.redraw_milliseconds(f"http://{HOST}:{DASHBOARD_PORT}")
    hours = len(frames.read_client(long.folder / "readings", "readings", LONG_CLIENTS[0]))
    p50, p95 = np.percentile(times, [50, 95])
    print(f"\ndashboard, client change to redraw, {hours} hours: p50 {p50:.0f} ms, p95 {p95:.0f} ms, n={len(times)}")


def _print_stages(folder: Path) -> None:
    print(f"\n{'stage':<12}{'wall s':>8}{'cpu s':>8}")
    total = np.zeros(2)
    for stage, wall, cpu in stages.stage_times(folder):
        print(f"{stage:<12}{wall:>8.1f}{cpu:>8.1f}", flush=True)
        total += wall, cpu
    print(f"{'all':<12}{total[0]:>8.1f}{total[1]:>8.1f}\n")
    for family, (count, seconds) in stages.trials(folder).items():
        rate = count / seconds if seconds else float("nan")
        print(f"{family:<12}{count:>5} trials in {seconds:>7.1f} s of one core: {rate:.2f} a second")


def _print_service() -> None:
    print(f"\n{'route':<12}{'conn.':>6}{'p50 ms':>8}{'p99 ms':>8}{'req/s':>8}{'errors':>8}")
    for route, body in service.bodies("1").items():
        for connections in (1, 16):
            count = 400 if route != "detect" else 80
            found = service.measure(HOST, SERVICE_PORT, route, body, connections, count)
            figures = f"{found.p50:>8.1f}{found.p99:>8.1f}{found.per_second:>8.0f}{found.errors:>8}"
            print(f"{route:<12}{connections:>6}{figures}", flush=True)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status) < 400
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main()
