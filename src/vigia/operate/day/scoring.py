"""Scoring the clients of which something new is known: each goes on from its checkpoint, with the release as it is.

*Law:* scored day by day, the events are those of one call over all hours at once. Only what follows the first change is
looked at again; the rest of a day's cost is reading the history.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd

from vigia.compute import THIS_PROCESS, Executor
from vigia.contracts import Contracts
from vigia.detection.checkpoints import Checkpoints
from vigia.detection.detectors.between_clients import day_digests
from vigia.detection.series import Series
from vigia.keys import combine, package_digest
from vigia.operate.day.drift import drift_of
from vigia.operate.day.results import Result
from vigia.operate.day.worth import with_money
from vigia.operate.ground import Written, begun, gone_on
from vigia.release.reader import ClientRelease, ReleaseReader
from vigia.store import Database, Readings, kept, records

MONTHS = 13
"""So many months back there is a checkpoint at the beginning of each, so that late hours do not replay everything."""
FEW = 12
"""So many clients are scored before other processes would have started."""


@dataclass(frozen=True)
class Task:
    """One client to be scored.

    Attributes:
        client_id: of the client.
        folder: of the release.
        address: of the store.
        code: digest of the code whose states of watches count.
        written: what people say of it.
        contracts: what was agreed with clients.
    """

    client_id: str
    folder: Path
    address: str
    code: str
    written: Written
    contracts: Contracts


@dataclass(frozen=True)
class Scored:
    """What scoring yields: the result, new states of the watches, and the days of all that are to be kept."""

    result: bytes
    made: Mapping[int, bytes]
    keep: frozenset[int]


def score(
    database: Database, reader: ReleaseReader, executor: Executor, now: datetime, contracts: Contracts
) -> Iterator[tuple[str, int]]:
    """Score all clients whose kept result is not of all that is known; yields each with the number of all of them.

    Each result is kept at once, so a run that was killed goes on with the next client.
    """
    zone, code = reader.params.fleet.timezone, package_digest()
    with database.reading() as connection:
        before = kept.result_digests(connection)
        people = records.last_written(connection)
        written = Written(records.site_log(connection, zone), records.verdicts(connection, zone))
    latest, agreed = Readings(database, zone).latest(), contracts.model_dump_json()
    made_of = {
        client: combine(reader.digest, code, latest.get(client, 0), people.get(client, (0, 0)), agreed)
        for client in reader.clients
    }
    due = [client for client in reader.clients if before.get(client) != made_of[client]]
    tasks = [Task(client, reader.folder, database.address, code, written.of(client), contracts) for client in due]
    where = THIS_PROCESS if len(due) <= FEW else executor
    for task, scored in where.run(score_one, tasks):
        with database.writing() as connection:
            kept.keep_result(connection, task.client_id, made_of[task.client_id], scored.result, now)
            kept.keep_states(connection, task.client_id, code, scored.made, scored.keep, now)
        yield task.client_id, len(due)


def score_all(database: Database, reader: ReleaseReader, executor: Executor) -> Iterator[tuple[str, bytes]]:
    """Results of all clients with another release than the one in operation; nothing is kept."""
    zone, code = reader.params.fleet.timezone, package_digest()
    with database.reading() as connection:
        written = Written(records.site_log(connection, zone), records.verdicts(connection, zone))
    place, address = reader.folder, database.address
    tasks = [Task(client, place, address, code, written.of(client), Contracts()) for client in reader.clients]
    for task, scored in executor.run(score_one, tasks):
        yield task.client_id, scored.result


def score_one(task: Task) -> Scored:
    """Score one client."""
    reader, database = reader_of(task.folder), _database(task.address)
    params, stored = reader.params, reader.client(task.client_id)
    news = Readings(database, params.fleet.timezone).current(task.client_id)
    with database.reading() as connection:
        states = kept.states_of(connection, task.client_id, task.code)
    days = checkpoint_days(stored, news)
    checkpoints = Checkpoints.unpacked(states, days)
    readings, found = gone_on(begun(stored, checkpoints), stored, news, params, task.written)
    digests = day_digests(Series.of(readings, params.fleet.timezone))
    worth = with_money(found.found.events, found, stored, task.contracts, params.fleet.country)
    events = reader.with_kept_ids(worth)
    result = Result(task.client_id, events, digests, readings["timestamp"].iloc[-1], drift_of(stored, found))
    packed = checkpoints.only(days).packed()
    made = {day: content for day, content in packed.items() if states.get(day) != content}
    return Scored(result.packed(), made, frozenset(packed))


def checkpoint_days(stored: ClientRelease, news: pd.DataFrame) -> frozenset[int]:
    """Days of a client's history at which states are kept beside that of its end: the firsts of the last months."""
    clock = stored.measured.clock
    last = max([stored.readings["timestamp"].iloc[-1], *news["timestamp"].tail(1)])
    months = pd.date_range(end=last.tz_convert(clock.zone).tz_localize(None).normalize(), periods=MONTHS, freq="MS")
    return frozenset(day for day in (months - clock.first).days.tolist() if day > 0)


@lru_cache(maxsize=2)
def reader_of(folder: Path) -> ReleaseReader:
    """The reader of a release, which never changes; one a process."""
    return ReleaseReader.of(folder)


@lru_cache(maxsize=1)
def _database(address: str) -> Database:
    return Database(address)
