"""Runs that are killed at any moment and called again: in the end the tables are those of an undisturbed one."""

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.film import FLEET, Film, Operation, filmed, morning_after
from vigia.store.messages import subscriptions
from vigia.store.messages.subscriptions import Wish
from vigia.store.tables import ALERT_HISTORY, ALERTS, CHECKPOINTS, DRIFT, OUTBOX, RUNS, SCORED

KILLS, DAYS = 10, 4
PROGRAM = """
import sys
from datetime import datetime
from pathlib import Path
from vigia.config.settings import Serving, Settings, Store
from vigia.operate import store_of
from vigia.operate.day.run import run

var, address, now = sys.argv[1:]
settings = Settings(serving=Serving(fleet="FLEET", releases=Path(var)), store=Store(address=address))
print("begun", flush=True)
run(settings, store_of(settings), datetime.fromisoformat(now), tell=lambda _: None)
""".replace("FLEET", FLEET)
TABLES = {
    ALERTS: ("release", "version"),
    ALERT_HISTORY: ("id",),
    CHECKPOINTS: ("id", "states", "digest"),
    SCORED: (),
    DRIFT: ("id",),
    OUTBOX: ("created_at", "content", "message_id"),
    RUNS: ("attempts", "finished_at", "counts", "started_at"),
}
"""What is compared, and columns that tell how often a run was begun, or by what."""


def state(operation: Operation) -> dict[str, list[Any]]:
    found = {}
    with operation.database.reading() as connection:
        for table, without in TABLES.items():
            columns = [column for column in table.c if column.name not in without]
            rows = [tuple(row) for row in connection.execute(select(*columns))]
            found[table.name] = sorted(rows, key=str)
    return found


def told(operation: Operation) -> None:
    """Somebody wants a digest."""
    with operation.database.writing() as connection:
        subscriptions.add(connection, Wish("mail", "ana@example.org"), "ana", morning_after(-1))


def killed_and_called_again(film: Film, operation: Operation, day: int, rng: random.Random) -> int:
    """Kills of the run of a day, until one comes to its end."""
    address, now = operation.settings.store.address, morning_after(day).isoformat()
    for kills in range(KILLS):
        command = [sys.executable, "-c", PROGRAM, str(film.var), address, now]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == "begun\n"
            time.sleep(rng.uniform(0.0, 3.0))
            running.kill()
        if running.returncode == 0:
            return kills
    operation.run(day)
    return KILLS


@pytest.mark.long
def test_a_day_that_was_killed_anywhere_ends_with_the_same_tables(tmp_path: Path) -> None:
    film, rng = filmed(tmp_path, clients=("6", "7", "8")), random.Random(3)
    plain, disturbed = Operation(film, tmp_path / "plain"), Operation(film, tmp_path / "disturbed")
    kills = 0
    for each in (plain, disturbed):
        told(each)
    for day in range(DAYS):
        for each in (plain, disturbed):
            each.post(film.between(day, day + 1))
        plain.run(day)
        kills += killed_and_called_again(film, disturbed, day, rng)
    assert kills >= DAYS
    one, other = state(plain), state(disturbed)
    assert {name: rows == other[name] for name, rows in one.items()} == dict.fromkeys(one, True)
    for each in (plain, disturbed):
        each.close()
