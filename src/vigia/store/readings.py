"""Readings that came: each that says something new is a row, of an hour the one recorded last counts.

So what was known at any time can be asked (bitemporal: hours that are meant, and when they became known). A value that
is null says nothing: what was known of that channel stays. So batches that do not contradict each other give the same
readings in any order.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, func, insert, select

from vigia import frames
from vigia.frames import CHANNEL_COLUMNS
from vigia.store import batches
from vigia.store.batches import Batch, Counts, Rejected, Sent
from vigia.store.database import Database
from vigia.store.tables import BATCHES, READINGS

CHANNELS = tuple(CHANNEL_COLUMNS.values())
COLUMNS = ("client_id", "timestamp", *CHANNELS)


class Readings:
    """Readings in a store.

    Args:
        database: with the tables of this version.
        zone: in which times are given back.
    """

    def __init__(self, database: Database, zone: str) -> None:
        self._database, self._zone = database, zone

    def record(
        self, sent: Sent, readings: pd.DataFrame, rejected: Sequence[Rejected] = (), now: datetime | None = None
    ) -> Batch:
        """Record a batch, whole or not at all.

        Args:
            sent: what it was, and from whom.
            readings: its good part, table `readings`; each hour of a client once.
            rejected: the rest.
            now: time of recording.

        Raises:
            ConflictError: something else was sent under the same key.
            StoreError: the database cannot be used.
        """
        with self._database.writing() as connection:
            before = batches.known(connection, sent)
            if before is not None:
                return before
            moment = now or datetime.now(UTC)
            fresh, counts = self._news(connection, readings)
            counts = Counts(counts.accepted, counts.corrected, counts.duplicate, len(rejected))
            batch = batches.add(connection, sent, moment, counts, rejected)
            if len(fresh):
                connection.execute(insert(READINGS), _rows(fresh, moment, batch.id))
            return batch

    def is_recorded(self, key: str) -> bool:
        """Whether something was recorded under an idempotency key."""
        with self._database.reading() as connection:
            return connection.execute(select(BATCHES.c.id).where(BATCHES.c.key == key)).first() is not None

    def weighed(self, readings: pd.DataFrame) -> Counts:
        """What `record` would say of these readings now; nothing is recorded."""
        with self._database.reading() as connection:
            return self._news(connection, readings)[1]

    def current(
        self,
        client_id: str,
        since: pd.Timestamp | None = None,
        until: pd.Timestamp | None = None,
        as_of: datetime | None = None,
    ) -> pd.DataFrame:
        """Table `readings` of a client: of each hour what was recorded last.

        Args:
            client_id: whose.
            since: first hour.
            until: end, exclusive.
            as_of: as it was known then; none = now.
        """
        with self._database.reading() as connection:
            return self._table(connection, client_id, since, until, as_of)

    def latest(self) -> dict[str, int]:
        """By client, the number of its latest row: it grows with everything that is recorded of it."""
        wanted = select(READINGS.c.client_id, func.max(READINGS.c.id)).group_by(READINGS.c.client_id)
        with self._database.reading() as connection:
            return {str(client): int(number) for client, number in connection.execute(wanted)}

    def last_hours(self, clients: Iterable[str]) -> dict[str, datetime]:
        """The latest hour of which anything was recorded, of those clients of which something was."""
        hours, found = READINGS.c.timestamp, {}
        with self._database.reading() as connection:
            for client in clients:
                latest = select(hours).where(READINGS.c.client_id == client).order_by(hours.desc()).limit(1)
                hour = connection.execute(latest).scalar_one_or_none()
                if hour is not None:
                    found[client] = hour
        return found

    def history(self, client_id: str, hour: pd.Timestamp) -> pd.DataFrame:
        """All that was recorded of one hour, in order: values, `recorded_at` and `batch_id`."""
        columns = [READINGS.c[name] for name in (*COLUMNS, "recorded_at", "batch_id")]
        wanted = select(*columns).where(READINGS.c.client_id == client_id, READINGS.c.timestamp == hour.to_pydatetime())
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(READINGS.c.id)).all()
        return pd.DataFrame(rows, columns=[column.name for column in columns])

    def _news(self, connection: Connection, readings: pd.DataFrame) -> tuple[pd.DataFrame, Counts]:
        """What says something new, with what was known of the same hour, and how many are what."""
        parts, counts = [], np.zeros(3, dtype=int)
        for client, mine in readings.groupby("client_id", sort=True):
            span = mine["timestamp"].min(), mine["timestamp"].max() + pd.Timedelta(hours=1)
            known = self._table(connection, str(client), *span).set_index("timestamp")
            there = mine["timestamp"].isin(known.index).to_numpy()
            before = known.reindex(mine["timestamp"])[list(CHANNELS)].to_numpy(dtype=float)
            said = mine[list(CHANNELS)].to_numpy(dtype=float)
            after = np.where(np.isnan(said), before, said)
            other = ~((after == before) | (np.isnan(after) & np.isnan(before))).all(axis=1)
            fresh = ~there | other
            counts += [int((~there).sum()), int((there & other).sum()), int((there & ~other).sum())]
            parts.append(mine.assign(**dict(zip(CHANNELS, after.T, strict=True)))[fresh])
        return frames.concat("readings", parts, self._zone), Counts(*counts.tolist())

    def _table(
        self,
        connection: Connection,
        client_id: str,
        since: pd.Timestamp | None = None,
        until: pd.Timestamp | None = None,
        as_of: datetime | None = None,
    ) -> pd.DataFrame:
        rows = connection.execute(_latest(client_id, since, until, as_of)).all()
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        times = pd.to_datetime(table["timestamp"], utc=True).dt.tz_convert(self._zone)
        values = {name: table[name].astype(float) for name in CHANNELS}
        return frames.check("readings", table.assign(timestamp=times, **values))


def _latest(
    client_id: str, since: pd.Timestamp | None, until: pd.Timestamp | None, as_of: datetime | None
) -> Select[tuple[object, ...]]:
    """Of each hour of a client the row that was recorded last, in order of time."""
    when = READINGS.c.timestamp
    asked = [READINGS.c.client_id == client_id]
    if since is not None:
        asked.append(when >= since.to_pydatetime())
    if until is not None:
        asked.append(when < until.to_pydatetime())
    if as_of is not None:
        asked.append(READINGS.c.recorded_at <= as_of)
    last = select(func.max(READINGS.c.id)).where(*asked).group_by(when)
    return select(*(READINGS.c[name] for name in COLUMNS)).where(READINGS.c.id.in_(last)).order_by(when)


def _rows(readings: pd.DataFrame, recorded_at: datetime, batch: int) -> list[dict[str, object]]:
    times = readings["timestamp"].dt.tz_convert("UTC").dt.to_pydatetime()
    columns = {name: [None if np.isnan(value) else float(value) for value in readings[name]] for name in CHANNELS}
    return [
        {"client_id": client, "timestamp": when, "recorded_at": recorded_at, "batch_id": batch}
        | {name: columns[name][at] for name in CHANNELS}
        for at, (client, when) in enumerate(zip(readings["client_id"], times, strict=True))
    ]
