"""What of a store may be removed when it is old: rows of readings, what messages said, answers, states of other code.

The row of a client that was recorded last always stays: by its number it is known whether something new came, and the
database would give the number to another row.
"""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import ColumnElement, Connection, String, Table, cast, delete, func, select, update

from vigia.store import guards
from vigia.store.answers import KEPT
from vigia.store.readings import CHANNELS
from vigia.store.tables import ANSWERS, CHECKPOINTS, OUTBOX, READINGS

AT_ONCE = 5_000


def superseded(connection: Connection, client_id: str, recorded_before: datetime) -> list[int]:
    """Numbers of rows of a client instead of which another one had been recorded by then.

    What was known at that time or later can still be asked.
    """
    mine = READINGS.c.client_id == client_id
    last = select(READINGS.c.timestamp, func.max(READINGS.c.id).label("id"))
    kept = last.where(mine, READINGS.c.recorded_at < recorded_before).group_by(READINGS.c.timestamp).subquery()
    wanted = select(READINGS.c.id).join(kept, READINGS.c.timestamp == kept.c.timestamp)
    return list(connection.execute(wanted.where(mine, READINGS.c.id < kept.c.id).order_by(READINGS.c.id)).scalars())


def with_several(connection: Connection) -> list[str]:
    """Clients of whose hours some have more than one row."""
    hours = select(READINGS.c.client_id).group_by(READINGS.c.client_id, READINGS.c.timestamp).having(func.count() > 1)
    return list(connection.execute(select(hours.subquery().c.client_id).distinct()).scalars())


def with_hours(connection: Connection, before: datetime) -> list[str]:
    """Clients of which there are hours before a time."""
    return list(
        connection.execute(select(READINGS.c.client_id).where(READINGS.c.timestamp < before).distinct()).scalars()
    )


def hours(connection: Connection, client_id: str, before: datetime) -> pd.DataFrame:
    """All rows of a client's hours before a time, in order: `id`, `timestamp` in UTC and channels.

    The hour of the row that was recorded last of the client is left out.
    """
    columns = [READINGS.c[name] for name in ("id", "timestamp", *CHANNELS)]
    mine = READINGS.c.client_id == client_id
    last = select(READINGS.c.timestamp).where(mine).order_by(READINGS.c.id.desc()).limit(1).scalar_subquery()
    wanted = select(*columns).where(mine, READINGS.c.timestamp < before, READINGS.c.timestamp != last)
    found = pd.DataFrame(connection.execute(wanted.order_by(READINGS.c.id)).all(), columns=[c.name for c in columns])
    types = dict.fromkeys(CHANNELS, float)
    return found.assign(timestamp=pd.to_datetime(found["timestamp"], utc=True)).astype(types)


def remove_readings(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove rows of readings by their numbers."""
    with guards.lifted(connection, [READINGS]):
        for first in range(0, len(numbers), AT_ONCE):
            some = numbers[first : first + AT_ONCE]
            connection.execute(delete(READINGS).where(READINGS.c.id.in_(some)))


def empty_messages(connection: Connection, before: datetime, really: bool) -> int:
    """Forget what messages said that were sent, or given up, before a time; that they were stays.

    Returns:
        How many they are; also where it is only asked.
    """
    done = OUTBOX.c.next_try_at.is_(None) & (func.coalesce(OUTBOX.c.sent_at, OUTBOX.c.failed_at) < before)
    old = done & (cast(OUTBOX.c.content, String) != "{}")
    count = _count(connection, OUTBOX, old)
    if really:
        connection.execute(update(OUTBOX).where(old).values(content={}))
    return count


def forget_answers(connection: Connection, now: datetime, really: bool) -> int:
    """Remove answers whose idempotency keys count no more; how many, also where it is only asked."""
    return _removed(connection, ANSWERS, ANSWERS.c.at < now - KEPT, really)


def forget_states(connection: Connection, digest: str, really: bool) -> int:
    """Remove states of watches that other code than that of this digest made; how many, also where only asked."""
    return _removed(connection, CHECKPOINTS, CHECKPOINTS.c.digest != digest, really)


def _removed(connection: Connection, table: Table, which: ColumnElement[bool], really: bool) -> int:
    count = _count(connection, table, which)
    if really:
        connection.execute(delete(table).where(which))
    return count


def _count(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(which)).scalar_one())
