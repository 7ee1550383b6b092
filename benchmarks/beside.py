"""How long probes wait beside heavy requests, on a made-up release: `python -m benchmarks.beside`.

Eight connections post 20,000 readings each to `detect`, again and again; another asks the probes in turn.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import psutil  # type: ignore[import-untyped] # carries no types

from benchmarks.stages import ROOT, environment
from tests.support.tiny_release import tiny_release
from vigia.config.sections.fetch import DemoParams

HEAVY, HOURS, SECONDS = 8, 20_000, 30.0
PROBES = ("/livez", "/v1/health")
COMMAND = ("serving",)


def heavy_body(client_id: str) -> bytes:
    """The longest list of readings of a client, made up."""
    hours = np.arange(HOURS)
    kwh = 100 + 20 * np.sin(hours / 24 * 2 * np.pi) + np.random.default_rng(7).normal(0, 2, HOURS)
    times = pd.date_range("2023-01-01T00:00:00-05:00", periods=HOURS, freq="h")
    readings = [
        {"timestamp": when.isoformat(), "active_energy_kwh": round(float(value), 3), "voltage_fa_v": 2400.0}
        for when, value in zip(times, kwh, strict=True)
    ]
    return json.dumps({"client_id": client_id, "readings": readings}).encode()


def ask(port: int, verb: str, path: str, body: bytes | None = None) -> tuple[int, float]:
    """Status and milliseconds of a request over a connection of its own; status 0 where none came."""
    connection, started = http.client.HTTPConnection("127.0.0.1", port, timeout=90), time.perf_counter()
    try:
        connection.request(verb, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        answer.read()
        status = answer.status
    except (OSError, http.client.HTTPException):
        status = 0
    finally:
        connection.close()
    return status, 1000 * (time.perf_counter() - started)


def crowd(port: int, body: bytes, ended: threading.Event, statuses: Counter[int], times: list[float]) -> None:
    """Post until it is ended; who is refused waits a second."""
    while not ended.is_set():
        status, took = ask(port, "POST", "/v1/detect", body)
        statuses[status] += 1
        if status == 200:
            times.append(took)
        else:
            ended.wait(1.0)


def measure(port: int, seconds: float) -> None:
    """Probes alone, then beside the crowd."""
    ended, statuses, heavy_times = threading.Event(), Counter[int](), list[float]()
    arguments = (port, heavy_body("1"), ended, statuses, heavy_times)
    crowds = [threading.Thread(target=crowd, args=arguments) for _ in range(HEAVY)]
    for beside in (False, True):
        if beside:
            for thread in crowds:
                thread.start()
            time.sleep(3.0)
        times: dict[str, list[float]] = {path: [] for path in PROBES}
        until, wrong = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            for path in PROBES:
                status, took = ask(port, "GET", path)
                wrong += status != 200
                times[path].append(took)
            time.sleep(0.02)
        for path, found in times.items():
            p50, p99 = np.percentile(found, [50, 99])
            print(f"{'beside' if beside else 'alone':<8}{path:<12}p50 {p50:7.1f} ms  p99 {p99:7.1f} ms  n={len(found)}")
        print(f"{'':<8}probes that were not answered 200: {wrong}")
    ended.set()
    for thread in crowds:
        thread.join()
    p50 = np.median(heavy_times) if heavy_times else float("nan")
    print(f"detect of {HOURS} readings: {dict(statuses)}, p50 {p50:.0f} ms")


@contextmanager
def serving(folder: Path, fleet: str, releases: Path) -> Iterator[tuple[int, psutil.Process]]:
    """Port and process of a service on releases; arguments replace the module that is started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {
        **environment(),
        "BENTOML_HOME": f"{folder}/bentoml",
        "VIGIA_SERVING_FLEET": fleet,
        "VIGIA_SERVING_RELEASES": str(releases),
        "VIGIA_SERVING_PORT": str(port),
        "VIGIA_SERVING_OPEN": "true",
    }
    log = Path(folder, "log.txt")
    with log.open("wb") as out:
        command = [sys.executable, "-m", *(sys.argv[1:] or COMMAND)]
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=out, stderr=out)
    try:
        while ask(port, "GET", "/readyz")[0] != 200:
            if process.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.5)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def print_memory(process: psutil.Process, when: str) -> None:
    """What each process of the service takes."""
    for each in process.children(recursive=True):
        taken = each.memory_full_info()
        print(f"memory {when} of {each.pid}: RSS {taken.rss / 1e6:.0f} MB, PSS {taken.pss / 1e6:.0f} MB")


def main() -> None:
    """Start the service and measure."""
    with tempfile.TemporaryDirectory() as scratch:
        made = tiny_release(Path(scratch), ("1", "7", "8"), "tiny", DemoParams(months=28))
        with serving(Path(scratch), made.fleet, made.var) as (port, process):
            measure(port, SECONDS)
            print_memory(process, "afterwards")


if __name__ == "__main__":
    main()
