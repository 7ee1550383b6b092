"""Figures of operation, for whoever watches it from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, select

from vigia.store import runs
from vigia.store.batches import Counts
from vigia.store.database import Database
from vigia.store.tables import ALERTS, BATCHES, OUTBOX, READINGS

OUTCOMES = tuple(each.name for each in fields(Counts))


@dataclass(frozen=True)
class Figures:
    """What stands in a store now.

    Attributes:
        alerts: how many of a state and severity; those whose event is not found any more are left out.
        readings: how many of what came were accepted, corrected, duplicate or rejected, since the beginning.
        waiting: messages that are to be sent.
        last_run: when a daily run was finished last; none = never.
        newest: the newest hour of any client; none = nothing came.
    """

    alerts: Mapping[tuple[str, str], int]
    readings: Mapping[str, int]
    waiting: int
    last_run: datetime | None
    newest: datetime | None


class Watch:
    """Figures of a store, again and again: of readings only what came since is looked at.

    Args:
        database: the store.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._newest: datetime | None = None
        self._seen = 0

    def look(self) -> Figures:
        """The figures of now.

        Raises:
            StoreError: the store cannot be used.
        """
        with self._database.reading() as connection:
            alerts = connection.execute(
                select(ALERTS.c.state, ALERTS.c.severity, func.count())
                .where(ALERTS.c.withdrawn_at.is_(None))
                .group_by(ALERTS.c.state, ALERTS.c.severity)
            ).all()
            sums = connection.execute(select(*(func.coalesce(func.sum(BATCHES.c[name]), 0) for name in OUTCOMES))).one()
            waiting = connection.execute(
                select(func.count()).select_from(OUTBOX).where(OUTBOX.c.next_try_at.is_not(None))
            ).scalar_one()
            run = runs.last_good(connection)
            last = func.max(READINGS.c.id), func.max(READINGS.c.timestamp)
            seen, newest = connection.execute(select(*last).where(READINGS.c.id > self._seen)).one()
        if seen is not None:
            self._seen, self._newest = seen, max(filter(None, (self._newest, newest)))
        return Figures(
            {(state, severity): int(count) for state, severity, count in alerts},
            dict(zip(OUTCOMES, map(int, sums), strict=True)),
            int(waiting),
            None if run is None else run.finished_at,
            self._newest,
        )
