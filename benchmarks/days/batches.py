"""Thousands of batches of readings, twice, in random order, from several processes: what is stored in the end.

Those that agree give the same values and sums of counts in any order; of those that conflict the one recorded last
counts, and the history holds all. Every reading is counted once as accepted, corrected, duplicate or rejected.
"""

import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import select

from tests.support.postgres import WANTED, empty_database, postgres
from tests.support.zone import ZONE
from vigia import frames
from vigia.store import Database, Readings, Rejected, migrated
from vigia.store.batches import Sent, listed
from vigia.store.readings import CHANNELS
from vigia.store.tables import READINGS

PROCESSES = 4
CLIENTS = 20
HOURS = 5
CONFLICTING = 0.1
FIRST = pd.Timestamp("2024-03-01", tz=ZONE)


@dataclass(frozen=True)
class Job:
    """What one process posts: numbers of batches, in the order of a seed; with idempotency keys or without."""

    address: str
    seed: int
    numbers: tuple[int, ...]
    keyed: bool


def batch(number: int) -> tuple[pd.DataFrame, list[Rejected]]:
    """A batch, which is the same whoever posts it; one of ten says something else of hours that its neighbour has."""
    rng = random.Random(number)
    client, first = number % CLIENTS, (number // CLIENTS) * (HOURS - 2)
    times = FIRST + pd.to_timedelta(np.arange(first, first + HOURS), unit="h")
    value = np.arange(first, first + HOURS, dtype=float) + (1_000.0 if rng.random() < CONFLICTING else 0.0)
    columns = {name: value if name == CHANNELS[0] else np.nan for name in CHANNELS}
    table = frames.check("readings", pd.DataFrame({"client_id": str(client), "timestamp": times, **columns}))
    return table, [Rejected(HOURS, {"timestamp": "never"}, "no time")] if rng.random() < 0.05 else []


def post(job: Job) -> Counter[str]:
    """Post the batches of a job; counts of what was recorded now."""
    database, counts = Database(job.address), Counter[str]()
    stored, order = Readings(database, ZONE), list(job.numbers)
    random.Random(job.seed).shuffle(order)
    for number in order:
        readings, rejected = batch(number)
        sent = Sent(f"{number}", "post", "bench", f"batch {number}" if job.keyed else None)
        found = stored.record(sent, readings, rejected)
        if not found.again:
            counts.update(vars(found.counts))
            counts["read"] += found.counts.read
    database.close()
    return counts


def wrong_with(address: str, count: int, seed: int) -> list[str]:
    """Post `count` batches twice from four processes, half of them with keys, and say what is wrong in the end."""
    database = migrated(Database(address))
    numbers = tuple(range(count))
    halves = numbers[: count // 2], numbers[count // 2 :]
    jobs = [
        Job(address, seed + place, part, keyed)
        for place, (part, keyed) in enumerate([(halves[0], True), (halves[1], False)] * (PROCESSES // 2))
    ]
    with ProcessPoolExecutor(PROCESSES) as pool:
        counts = sum(pool.map(post, jobs), Counter[str]())
    said: dict[tuple[str, int], set[float]] = {}
    for number in numbers:
        readings, _ = batch(number)
        hours = ((readings["timestamp"] - FIRST) // pd.Timedelta(hours=1)).tolist()
        for client, hour, value in zip(readings["client_id"], hours, readings[CHANNELS[0]], strict=True):
            said.setdefault((str(client), hour), set()).add(float(value))
    wrong = _counts(counts, said, count) + _values(database, said)
    if len(listed(database, 10 * count)) != len(halves[0]) + 2 * len(halves[1]):
        wrong.append("a batch is missing, or there twice under one key")
    database.close()
    return wrong


def _counts(counts: Counter[str], said: dict[tuple[str, int], set[float]], count: int) -> list[str]:
    wrong = []
    if counts["read"] != sum(counts[name] for name in ("accepted", "corrected", "duplicate", "rejected")):
        wrong.append(f"counts do not add up: {dict(counts)}")
    if counts["accepted"] != len(said):
        wrong.append(f"{counts['accepted']} hours accepted, {len(said)} were said")
    posted = sum(HOURS + len(batch(number)[1]) for number in range(count))
    keyed = sum(HOURS + len(batch(number)[1]) for number in range(count // 2))
    if counts["read"] != 2 * posted - keyed:
        wrong.append(f"{counts['read']} readings were read, {2 * posted - keyed} were sent")
    return wrong


def _values(database: Database, said: dict[tuple[str, int], set[float]]) -> list[str]:
    """Of each hour the last row counts, and the rows are what was said of it."""
    wrong, stored = [], Readings(database, ZONE)
    columns = (READINGS.c.client_id, READINGS.c.timestamp, READINGS.c[CHANNELS[0]])
    with database.reading() as connection:
        rows = connection.execute(select(*columns).order_by(READINGS.c.id)).all()
    history: dict[tuple[str, int], list[float]] = {}
    for client, when, value in rows:
        hour = int((pd.Timestamp(when) - FIRST) // pd.Timedelta(hours=1))
        history.setdefault((client, hour), []).append(value)
    if {key: set(values) for key, values in history.items()} != said:
        wrong.append("the history does not hold all that was said")
    for client in {client for client, _ in said}:
        table = stored.current(client)
        hours = ((table["timestamp"] - FIRST) // pd.Timedelta(hours=1)).tolist()
        now = dict(zip(hours, table[CHANNELS[0]], strict=True))
        if any(now[hour] != values[-1] for (whose, hour), values in history.items() if whose == client):
            wrong.append(f"client {client}: what was recorded last does not count")
    return wrong


def of_both_engines(count: int, seed: int, folder: Path) -> dict[str, list[str]]:
    """What is wrong on SQLite and, where one can be started, on PostgreSQL."""
    found = {"sqlite": wrong_with(f"sqlite:///{folder / 'batches.db'}", count, seed)}
    if WANTED:
        with postgres() as server, empty_database(server) as address:
            found["postgresql"] = wrong_with(address, count, seed)
    return found
