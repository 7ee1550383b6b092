"""Daily runs: a row a day, with the step that was reached, so that a killed run goes on where it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from vigia.store.tables import RUNS


@dataclass(frozen=True)
class Run:
    """A run of the day.

    Attributes:
        day: local day of the fleet.
        attempts: how often it was begun.
        step: the last one that was done; empty = none.
        counts: what was counted, by step.
        release: digest of the release that it looked with.
        error: why the last attempt ended; none = it has not, or it was good.
    """

    id: int
    day: date
    attempts: int
    started_at: datetime
    finished_at: datetime | None
    step: str
    counts: Mapping[str, Any]
    release: str | None
    error: str | None


def begin(connection: Connection, day: date, now: datetime, again: bool = False) -> Run:
    """Begin the run of a day, or go on with it: one that is finished is given back as it is, unless `again`."""
    found = of(connection, day)
    if found is None:
        values: dict[str, Any] = {"day": day, "attempts": 1, "started_at": now, "step": "", "counts": {}}
        connection.execute(insert(RUNS), values)
    elif found.finished_at is None:
        note(connection, found.id, attempts=found.attempts + 1, error=None)
    elif again:
        fresh: dict[str, Any] = {"started_at": now, "finished_at": None, "step": "", "counts": {}, "error": None}
        note(connection, found.id, attempts=found.attempts + 1, **fresh)
    begun = of(connection, day)
    assert begun is not None
    return begun


def note(connection: Connection, number: int, **values: Any) -> None:
    """Write down how far a run is: columns of the table by name."""
    connection.execute(update(RUNS).where(RUNS.c.id == number).values(**values))


def of(connection: Connection, day: date) -> Run | None:
    """The run of a day."""
    row = connection.execute(select(RUNS).where(RUNS.c.day == day)).mappings().one_or_none()
    return None if row is None else _run(row)


def listed(connection: Connection, limit: int, before: date | None = None) -> list[Run]:
    """Runs, the latest day first; those of days before one, for the next page."""
    wanted = select(RUNS).order_by(RUNS.c.day.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(RUNS.c.day < before)
    return [_run(row) for row in connection.execute(wanted).mappings()]


def last_good(connection: Connection) -> Run | None:
    """The run that was finished last."""
    wanted = select(RUNS).where(RUNS.c.finished_at.is_not(None)).order_by(RUNS.c.finished_at.desc()).limit(1)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _run(row)


def _run(row: RowMapping) -> Run:
    return Run(**row)
