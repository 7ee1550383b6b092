"""Latency of the service over HTTP on loopback, at 1 and 16 connections."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Latency:
    """Milliseconds at the 50th and 99th percentile, answered requests a second, and how many went wrong."""

    p50: float
    p99: float
    per_second: float
    errors: int


def bodies(client_id: str, hours: int = 24) -> dict[str, dict[str, object]]:
    """A request of each route; readings are made up."""
    readings = [
        {"timestamp": f"2024-07-{1 + hour // 24:02d}T{hour % 24:02d}:00:00-05:00", "active_energy_kwh": 100.0 + hour}
        for hour in range(hours)
    ]
    span = {"start": "2024-06-01T00:00:00-05:00", "end": "2024-06-08T00:00:00-05:00"}
    return {
        "forecast": {"client_id": client_id},
        "thresholds": {"client_id": client_id, **span},
        "detect": {"client_id": client_id, "readings": readings},
    }


def measure(host: str, port: int, route: str, body: dict[str, object], connections: int, requests: int) -> Latency:
    """Send `requests` in all over `connections` that are kept open; the first of each is not counted."""
    content = json.dumps(body).encode()

    def work(count: int) -> tuple[list[float], int]:
        connection = http.client.HTTPConnection(host, port, timeout=30)
        times, errors = [], 0
        for _ in range(count + 1):
            started = time.perf_counter()
            try:
                connection.request("POST", f"/v1/{route}", content, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                errors += answer.status != 200
            except (OSError, http.client.HTTPException):
                errors += 1
                connection.close()
            times.append(1000 * (time.perf_counter() - started))
        connection.close()
        return times[1:], errors

    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        results = list(pool.map(work, [requests // connections] * connections))
    seconds = time.perf_counter() - started
    times = np.concatenate([times for times, _ in results])
    errors = sum(errors for _, errors in results)
    p50, p99 = np.percentile(times, [50, 99])
    return Latency(float(p50), float(p99), len(times) / seconds, errors)
