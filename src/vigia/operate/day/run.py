"""The run of a day: its steps under a lock, each written down when it is done, so that a killed run goes on there."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from vigia.compute import Executor, executor_of
from vigia.config.settings import Settings
from vigia.contracts import load_contracts
from vigia.errors import LockedError, ReleaseError, VigiaError
from vigia.operate import inbox
from vigia.operate.day.alerts import follow
from vigia.operate.day.fleet import events_of_fleet
from vigia.operate.day.results import joined
from vigia.operate.day.scoring import reader_of, score
from vigia.operate.messages import queue_digests, send_due
from vigia.release.layout import current_link
from vigia.release.reader import ReleaseReader
from vigia.store import Database, Readings, alerts, kept, modelling, records, runs
from vigia.store.runs import Run

log = logging.getLogger(__name__)

Counts = Mapping[str, Any]
Told = Callable[[str], None]


@dataclass(frozen=True)
class Day:
    """What the steps of a run work on.

    Attributes:
        settings: where things are.
        database: the store.
        now: time of the run.
        tell: takes a sentence on how far it is.
    """

    settings: Settings
    database: Database
    now: datetime
    tell: Told

    @property
    def home(self) -> Path:
        """Folder of the fleet in operation."""
        return self.settings.serving.releases / self.settings.serving.fleet

    @cached_property
    def reader(self) -> ReleaseReader:
        """The release in operation, the same for all steps of a run.

        Raises:
            ReleaseError: none has been published.
        """
        link = current_link(self.home)
        if not link.exists():
            raise ReleaseError(f"fleet {self.settings.serving.fleet}: no release has been published")
        return reader_of(link.resolve())

    @property
    def zone(self) -> str:
        """Of the fleet."""
        return self.reader.params.fleet.timezone

    @property
    def executor(self) -> Executor:
        """Where clients are scored."""
        return executor_of(self.settings.compute)


def intake(day: Day) -> Counts:
    """Record what lies in the inbox and in the configured folder; what was posted is recorded already."""
    readings = Readings(day.database, day.zone)
    taken = list(inbox.take_in(day.home / inbox.INBOX, day.reader.params, readings))
    source = day.settings.operation.source
    if source:
        taken += inbox.take_from(Path(source), day.reader.params, readings)
    refused = sum(each.batch is None for each in taken)
    return {"files": len(taken) - refused, "refused": refused, **vars(inbox.total(taken))}


def take_over(day: Day) -> Counts:
    """The files of site log and verdicts that the release was made with, once."""
    with day.database.writing() as connection:
        if records.taken_over(connection):
            return {}
        files = [day.reader.table(name) for name in ("site_log", "verdicts")]
        records.take_over(connection, files[0], files[1], day.now)
        return {"site_log": len(files[0]), "verdicts": len(files[1])}


def score_clients(day: Day) -> Counts:
    """Score every client of which something new is known."""
    count = 0
    contracts = load_contracts(Path(day.settings.operation.contracts))
    for client, due in score(day.database, day.reader, day.executor, day.now, contracts):
        count += 1
        day.tell(f"{client}: scored, {count} of {due}")
    return {"clients": count}


def raise_alerts(day: Day) -> Counts:
    """Alerts of what is found in all clients, in one transaction."""
    with day.database.reading() as connection:
        results = kept.results(connection)
        verdicts = records.verdicts(connection, day.zone)
    mine = [results[client] for client in day.reader.clients if client in results]
    events = events_of_fleet(joined(mine, day.zone), day.reader, verdicts)
    with day.database.writing() as connection:
        known = alerts.listed(connection)
        followed = follow(known, events, day.reader.digest, day.now)
        of = {each.id: [c for c in followed.changes if c.alert_id == each.id] for each in followed.changed}
        new = {each.id for each in followed.raised}
        alerts.add(connection, followed.raised, [each for each in followed.changes if each.alert_id in new])
        for each in followed.changed:
            alerts.put(connection, each, of[each.id])
    return {"events": len(events), **followed.counts}


def keep_drift(day: Day) -> Counts:
    """How models do of late."""
    with day.database.reading() as connection:
        results = kept.results(connection)
    mine = [results[client] for client in day.reader.clients if client in results]
    drift = joined(mine, day.zone).drift
    with day.database.writing() as connection:
        modelling.keep_drift(connection, local_day(day.now, day.zone), drift)
    return {"clients": len(drift), "due": sum(each.due for each in drift)}


def queue_digest(day: Day) -> Counts:
    """What is new, in the outbox of everybody who wants to be told."""
    return queue_digests(day.settings, day.database, day.now, day.reader.folder)


STEPS: tuple[tuple[str, Callable[[Day], Counts]], ...] = (
    ("intake", intake),
    ("records", take_over),
    ("score", score_clients),
    ("alerts", raise_alerts),
    ("drift", keep_drift),
    ("digest", queue_digest),
)
"""In order; each may be done again without harm, and is not where it was written down as done."""


def run(
    settings: Settings, database: Database, now: datetime | None = None, again: bool = False, tell: Told = log.info
) -> Run:
    """Do what is to be done today, as far as it has not been; returns the run as it was written down.

    Args:
        settings: where things are.
        database: the store of the fleet.
        now: time of the run; the day is that of the fleet's zone.
        again: also where it was finished already.
        tell: takes a sentence on how far it is.

    Raises:
        LockedError: another run is at work.
        ReleaseError: no release has been published.
        VigiaError: a step failed; that is written down, and the next call goes on with it.
    """
    moment = now or datetime.now(UTC)
    day = Day(settings, database, moment, tell)
    with database.alone("daily", "the daily run"):
        finished = _run(day, local_day(moment, day.zone), again)
    with suppress(LockedError):  # who sends already sends these too
        send_due(settings, database, tell=tell)
    return finished


def local_day(moment: datetime, zone: str) -> date:
    """The day of the calendar in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def _run(day: Day, when: date, again: bool) -> Run:
    with day.database.writing() as connection:
        found = runs.begin(connection, when, day.now, again)
    if found.finished_at is not None:
        day.tell(f"{when}: done already")
        return found
    done = [name for name, _ in STEPS].index(found.step) + 1 if found.step else 0
    counts = dict(found.counts)
    try:
        for name, step in STEPS[done:]:
            counts[name] = dict(step(day))
            day.tell(f"{name}: {_counted(counts[name])}")
            with day.database.writing() as connection:
                runs.note(connection, found.id, step=name, counts=counts, release=day.reader.digest)
    except (VigiaError, OSError) as error:
        with day.database.writing() as connection:
            runs.note(connection, found.id, error=str(error), counts=counts)
        raise
    with day.database.writing() as connection:
        runs.note(connection, found.id, finished_at=max(day.now, datetime.now(UTC)), error=None)
        finished = runs.of(connection, when)
    assert finished is not None
    return finished


def _counted(counts: Counts) -> str:
    return ", ".join(f"{value} {name}" for name, value in counts.items()) or "nothing to do"
