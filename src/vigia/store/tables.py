"""Tables of the store as SQLAlchemy sees them; `migrations` make them, a test holds the two equal."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = MetaData(naming_convention=NAMES)
Number = BigInteger().with_variant(Integer, "sqlite")
"""A key that the database counts up; SQLite does so for INTEGER alone."""


class UtcTime(TypeDecorator[datetime]):
    """A time with its zone: kept in UTC, given back in UTC by engines that keep no zone too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC; without its zone where the engine would drop it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """UTC, with the zone."""
        del dialect
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


BATCHES = Table(
    "batches",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("key", String(255), unique=True),  # idempotency key of whoever sent it
    Column("digest", String(64), nullable=False),  # of what was sent
    Column("source", String(64), nullable=False),  # how it came: `post`, `upload`, `inbox`
    Column("actor", String(255), nullable=False),
    Column("received_at", UtcTime, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("read", "accepted", "corrected", "duplicate", "rejected")),
    CheckConstraint("read = accepted + corrected + duplicate + rejected", name="counts"),
)
READINGS = Table(
    "readings",
    METADATA,
    Column("id", Number, primary_key=True),  # the order of recording: of an hour the latest one counts
    Column("client_id", String(255), nullable=False),
    Column("timestamp", UtcTime, nullable=False),
    *(Column(name, Double) for name in ("active_energy_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v")),
    Column("recorded_at", UtcTime, nullable=False),
    Column("batch_id", Number, ForeignKey(BATCHES.c.id), nullable=False, index=True),
    Index(None, "client_id", "timestamp", "id"),
)
REJECTED = Table(
    "rejected",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("batch_id", Number, ForeignKey(BATCHES.c.id), nullable=False, index=True),
    Column("position", Integer, nullable=False),  # in what was sent, counted from 0
    Column("raw", JSON, nullable=False),
    Column("reason", String, nullable=False),
)
APPEND_ONLY = (BATCHES, READINGS, REJECTED)
"""Rows are added and never changed or removed; see `guards`."""
