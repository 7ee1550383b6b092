"""What came, and what became of it: a batch a post, upload or file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from vigia.errors import ConflictError
from vigia.store.database import Database
from vigia.store.tables import BATCHES, REJECTED


@dataclass(frozen=True)
class Counts:
    """Readings of a batch: each is one of the four.

    Attributes:
        accepted: of an hour of which nothing was stored.
        corrected: says of a stored hour something else, or more.
        duplicate: says nothing that is not stored.
        rejected: could not be taken, with a reason.
    """

    accepted: int = 0
    corrected: int = 0
    duplicate: int = 0
    rejected: int = 0

    @property
    def read(self) -> int:
        """All that came."""
        return self.accepted + self.corrected + self.duplicate + self.rejected


@dataclass(frozen=True)
class Rejected:
    """A reading that could not be taken.

    Attributes:
        position: in what was sent, counted from 0.
        raw: as it was sent.
        reason: why not.
    """

    position: int
    raw: Any
    reason: str


@dataclass(frozen=True)
class Sent:
    """Something that was sent: how it came and from whom.

    Attributes:
        digest: of its content.
        source: `post`, `upload`, `inbox` or the name of a source.
        actor: whose key it was, or which program.
        key: idempotency key; the same one again is answered as before, and nothing is stored.
    """

    digest: str
    source: str
    actor: str
    key: str | None = None


@dataclass(frozen=True)
class Batch:
    """A batch as it was recorded; `again` says that it was recorded before, under the same key."""

    id: int
    sent: Sent
    received_at: datetime
    counts: Counts
    again: bool = False


def known(connection: Connection, sent: Sent) -> Batch | None:
    """The batch that was recorded under its key; none without a key, or where nothing was.

    Raises:
        ConflictError: something else was sent under the same key.
    """
    if sent.key is None:
        return None
    row = connection.execute(select(BATCHES).where(BATCHES.c.key == sent.key)).mappings().one_or_none()
    if row is None:
        return None
    if row["digest"] != sent.digest:
        raise ConflictError(
            f"something else was sent under the key {sent.key!r}, at {row['received_at']:%Y-%m-%d %H:%M} UTC"
        )
    return _batch(row, again=True)


def add(
    connection: Connection, sent: Sent, received_at: datetime, counts: Counts, rejected: Sequence[Rejected]
) -> Batch:
    """Record a batch with what was rejected of it."""
    values = {**asdict(sent), "received_at": received_at, "read": counts.read, **asdict(counts)}
    number = connection.execute(insert(BATCHES).returning(BATCHES.c.id), values).scalar_one()
    if rejected:
        connection.execute(insert(REJECTED), [{"batch_id": number, **asdict(each)} for each in rejected])
    return Batch(int(number), sent, received_at, counts)


def listed(database: Database, limit: int, before: int | None = None) -> list[Batch]:
    """Batches, the latest first; those recorded before the one with this id, for the next page."""
    wanted = select(BATCHES).order_by(BATCHES.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(BATCHES.c.id < before)
    with database.reading() as connection:
        return [_batch(row) for row in connection.execute(wanted).mappings()]


def one(database: Database, number: int) -> tuple[Batch, list[Rejected]] | None:
    """A batch with what was rejected of it; none where there is no such."""
    with database.reading() as connection:
        row = connection.execute(select(BATCHES).where(BATCHES.c.id == number)).mappings().one_or_none()
        if row is None:
            return None
        wanted = select(REJECTED.c.position, REJECTED.c.raw, REJECTED.c.reason).where(REJECTED.c.batch_id == number)
        rejected = [Rejected(*each) for each in connection.execute(wanted.order_by(REJECTED.c.id))]
        return _batch(row), rejected


def _batch(row: RowMapping, again: bool = False) -> Batch:
    sent = Sent(row["digest"], row["source"], row["actor"], row["key"])
    counts = Counts(row["accepted"], row["corrected"], row["duplicate"], row["rejected"])
    return Batch(row["id"], sent, row["received_at"], counts, again)
