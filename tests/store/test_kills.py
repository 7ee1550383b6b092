"""Whoever records is killed at any moment: what was answered is there, and nothing is there by half."""

import random
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from vigia.store import Database
from vigia.store.batches import listed
from vigia.store.tables import READINGS, REJECTED

KILLS = 6
PER_BATCH = 50
POSTER = """
import sys
import pandas as pd
from vigia import frames
from vigia.store import Database, Readings, Rejected
from vigia.store.batches import Sent

stored = Readings(Database(sys.argv[1]), "America/Lima")
first = pd.Timestamp("2024-01-01", tz="America/Lima") + pd.Timedelta(days=400 * int(sys.argv[2]))
for number in range(100_000):
    times = pd.date_range(first + pd.Timedelta(hours=number), periods=PER_BATCH, freq="h")
    frame = pd.DataFrame({"client_id": "1", "timestamp": times, "active_energy_kwh": float(number)})
    batch = stored.record(Sent("d", "post", "poster"), frames.check("readings", frame), [Rejected(0, {}, "none")])
    print(batch.id, flush=True)
""".replace("PER_BATCH", str(PER_BATCH))


@pytest.mark.long
def test_what_was_answered_survives_a_kill_and_nothing_is_there_by_half(address: str, database: Database) -> None:
    rng, answered = random.Random(1), []
    for turn in range(KILLS):
        command = [sys.executable, "-c", POSTER, address, str(turn)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as poster:
            assert poster.stdout is not None
            answered.append(int(poster.stdout.readline()))
            time.sleep(rng.uniform(0.0, 1.0))
            poster.kill()
            answered += [int(line) for line in poster.stdout.read().splitlines()]
    batches = {batch.id: batch for batch in listed(database, 1_000_000)}
    assert set(answered) <= batches.keys()
    assert len(batches) - len(answered) <= KILLS, "at most the one that was on its way at each kill"
    assert all(batch.counts.read == PER_BATCH + 1 for batch in batches.values())
    with database.reading() as connection:
        rows = dict(connection.execute(select(READINGS.c.batch_id, func.count()).group_by(READINGS.c.batch_id)).all())
        rejected = connection.execute(select(func.count()).select_from(REJECTED)).scalar_one()
    new = {number: batch.counts.accepted + batch.counts.corrected for number, batch in batches.items()}
    assert {number: rows.get(number, 0) for number in new} == new
    assert rejected == len(batches)
