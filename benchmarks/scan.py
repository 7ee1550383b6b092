"""`make bench-scan`: `vigia scan` on folders of made-up clients: time, memory, and how both grow with the fleet."""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.stages import environment
from vigia.config.sections.fetch import DemoParams
from vigia.simulation.demo import generate

ZONE = "America/Lima"
SEEN, MONTHS = 48, 24
COMMAND = "from vigia.cli import main; main()"
COLUMNS = {
    "timestamp": "Fecha",
    "active_energy_kwh": "Active_energy",
    "reactive_energy_kvarh": "Reactive_energy",
    "voltage_fa_v": "Voltaje_FA",
    "voltage_fc_v": "Voltaje_FC",
}


@dataclass(frozen=True)
class Cost:
    """What a scan took: wall and processor seconds, and the largest memory of all its processes together."""

    wall: float
    cpu: float
    peak_mb: float


def write_fleet(folder: Path, clients: int, together: bool = False) -> None:
    """Write `clients` made-up clients of two years, each of its own size and noise: a file each, or one for all."""
    fleet = generate(DemoParams(clients=min(clients, SEEN), months=MONTHS), ZONE)
    known = [rows.reset_index(drop=True) for _, rows in fleet.readings.groupby("client_id", sort=False)]
    folder.mkdir()
    for number in range(clients):
        rng = np.random.default_rng([1, number])
        rows = known[number % len(known)]
        noise = np.exp(rng.normal(0.0, 0.02, len(rows)) + rng.normal(0.0, 0.5))
        energies = {name: (rows[name] * noise).round(4) for name in list(COLUMNS)[1:3]}
        out = rows.assign(**energies, timestamp=rows["timestamp"].dt.strftime("%Y-%m-%d %H:%M:%S"))
        out = out[list(COLUMNS)].rename(columns=COLUMNS)
        if together:
            out = out.assign(Cliente=f"C{number}")
        path = folder / ("all.csv" if together else f"DATOSCLIENTE{number + 1}.csv")
        out.to_csv(path, mode="a", index=False, header=not path.exists())


def measure(folder: Path, workers: int, *options: str) -> Cost:
    """Run `vigia scan` on a folder in processes of its own."""
    command = [sys.executable, "-c", COMMAND, "scan", str(folder), "--workers", str(workers), *options]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, cwd=folder)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(_resident_mb(pid) for pid in _family(process.pid)))
        time.sleep(0.2)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[30, 300, 1000])
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--together", action="store_true", help="all clients in one file")
    parser.add_argument("--past-only", action="store_true")
    asked = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {asked.workers} workers, {MONTHS} months a client")
    print(f"{'clients':>8}{'wall s':>9}{'cpu s':>9}{'cpu s/client':>14}{'peak MB':>9}", flush=True)
    options = ["--past-only"] if asked.past_only else []
    for clients in asked.clients:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "raw"
            write_fleet(folder, clients, asked.together)
            if asked.together:
                mapping = Path(scratch) / "params.yaml"
                mapping.write_text("fleet: {name: bench}\ningest: {columns: {client: Cliente}}\n", encoding="utf-8")
                options = [*options[: int(asked.past_only)], "--params", str(mapping)]
            cost = measure(folder, asked.workers, *options)
        per = cost.cpu / clients
        print(f"{clients:>8}{cost.wall:>9.1f}{cost.cpu:>9.1f}{per:>14.3f}{cost.peak_mb:>9.0f}", flush=True)


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(each for child in children for each in _family(int(child)))]


def _resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / (1 << 20)


if __name__ == "__main__":
    main()
