"""Readings of a day posted for each client, and the memory of the service: `python -m benchmarks.posted`.

A release of 24 made-up clients with the seasonal baseline is served; one that is in operation is named by its fleet and
folder: `VIGIA_FLEET=demo VIGIA_RELEASES=var`.
"""

import http.client
import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.beside import print_memory, serving
from tests.support.tiny_release import tiny_release
from vigia import frames
from vigia.config.sections.fetch import DemoParams
from vigia.release.layout import current_link

CLIENTS, ROUNDS, HOURS = 24, 7, 24


def body(folder: Path, client_id: str) -> bytes:
    """The day behind the client's last reading, with the readings of a week before."""
    stored = frames.read_client(folder / "readings", "readings", client_id)
    rows = stored.iloc[-24 * 7 : -24 * 6].drop(columns="client_id").astype(object)
    times = pd.date_range(stored["timestamp"].iloc[-1] + pd.Timedelta(hours=1), periods=HOURS, freq="h")
    rows = rows.where(rows.notna(), None).assign(timestamp=[when.isoformat() for when in times])
    return json.dumps({"client_id": client_id, "readings": rows.to_dict("records")}).encode()


def milliseconds(connection: http.client.HTTPConnection, content: bytes) -> float:
    """How long an answer takes.

    Raises:
        SystemExit: it is none.
    """
    started = time.perf_counter()
    connection.request("POST", "/v1/detect", content, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise SystemExit(text.decode())
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    """Start the service and measure."""
    fleet, releases = os.environ.get("VIGIA_FLEET"), os.environ.get("VIGIA_RELEASES")
    with tempfile.TemporaryDirectory() as scratch:
        if fleet is None or releases is None:
            names = tuple(str(number) for number in range(1, CLIENTS + 1))
            made = tiny_release(Path(scratch), names, "tiny", DemoParams(clients=CLIENTS))
            fleet, releases = made.fleet, str(made.var)
        folder = current_link(Path(releases) / fleet).resolve()
        bodies = [body(folder, client) for client in frames.clients_in(folder / "readings")]
        with serving(Path(scratch), fleet, Path(releases)) as (port, process):
            print_memory(process, f"with {len(bodies)} clients")
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
            for name, rounds in (("first", 1), ("again", ROUNDS)):
                times = [milliseconds(connection, content) for _ in range(rounds) for content in bodies]
                p50, p95 = np.percentile(times, [50, 95])
                print(f"detect of {HOURS} readings, {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, n={len(times)}")
            connection.close()
            print_memory(process, "after a question of each client")


if __name__ == "__main__":
    main()
