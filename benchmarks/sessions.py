"""Memory that the dashboard keeps of sessions that were closed: pages opened and left in a headless Chromium."""

import argparse
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks import stages
from benchmarks.dashboard import FLAGS, browser_path
from tests.support.tiny_release import tiny_release

SERVICE_PORT, DASHBOARD_PORT = 3905, 5911
ADDRESS = f"http://127.0.0.1:{DASHBOARD_PORT}"
PLACES = ("", "?vista=cliente&cliente=1", "?vista=cliente&cliente=7", "?gravedad=high", "?vista=cliente&cliente=8")
DRAWN = {False: ".vigia-eventos .tabulator-row", True: "[data-testid=revision]"}
LINGER = 35.0
"""Seconds until the last session of a batch is surely given up."""


def resident_megabytes(pid: int) -> float:
    """Memory of a process that is in use now."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def kept_megabytes(browser: Browser, pid: int, batches: int, loads: int, linger: float = LINGER) -> list[float]:
    """Memory after each batch of page loads, once its sessions are gone; the first batch is the warm-up.

    Args:
        browser: opens each page in a context of its own and closes it when it is drawn.
        pid: of the dashboard.
        batches: how many.
        loads: pages of a batch.
        linger: seconds that the dashboard has to notice that they are closed.
    """
    found = []
    for batch in range(batches):
        for number in range(loads):
            place = PLACES[(batch * loads + number) % len(PLACES)]
            page = browser.new_page()
            page.goto(f"{ADDRESS}/{place}", wait_until="load", timeout=180_000)
            page.locator(DRAWN["vista" in place]).first.wait_for(state="attached", timeout=180_000)
            page.close()
        time.sleep(linger)
        found.append(resident_megabytes(pid))
        print(f"{(batch + 1) * loads} page loads: {found[-1]:.0f} MB", flush=True)
    return found


def slope(kept: Sequence[float], loads: int) -> float:
    """Megabytes a page load, as the line through all batches after the first one.

    >>> slope([100.0, 110.0, 112.0, 114.0], 10)
    0.2
    """
    rest = kept[1:]
    return round(float(np.polyfit(np.arange(len(rest)) * loads, rest, 1)[0]), 6)


@contextmanager
def started(folder: Path, module: str, probe: str, settings: dict[str, str]) -> Iterator[int]:
    """Id of a process of the project that answers at `probe`, ended afterwards."""
    variables = {**stages.environment(), **settings, "BENTOML_HOME": str(folder / "bentoml")}
    with (folder / f"{module}.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", module], cwd=folder, env=variables, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 300
        while not _answers(probe):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"no answer from {probe}: {(folder / f'{module}.log').read_text()[-2000:]}")
            time.sleep(0.5)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status) < 400
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    """Print the memory after each batch, and megabytes a page load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=6)
    parser.add_argument("--loads", type=int, default=15)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        release = tiny_release(folder)
        service = {"VIGIA_SERVING_RELEASES": str(release.var), "VIGIA_FLEET": release.fleet}
        service |= {"VIGIA_SERVING_PORT": str(SERVICE_PORT), "VIGIA_SERVING_OPEN": "true"}
        where = f"http://127.0.0.1:{SERVICE_PORT}"
        dashboard = {"VIGIA_DASHBOARD_PORT": str(DASHBOARD_PORT), "VIGIA_DASHBOARD_SERVICE_URL": where}
        with (
            started(folder, "serving", f"{where}/v1/health", service),
            started(folder, "dashboard", f"{ADDRESS}/favicon.ico", dashboard) as pid,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=browser_path(playwright), args=FLAGS)
            kept = kept_megabytes(browser, pid, asked.batches, asked.loads)
            browser.close()
    print(f"dashboard, memory kept of a closed session: {slope(kept, asked.loads):.2f} MB a page load")


if __name__ == "__main__":
    main()
