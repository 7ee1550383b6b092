"""Readings that came, and their batches."""

from sqlalchemy import JSON, CheckConstraint, Column, Double, ForeignKey, Index, Integer, String, Table

from vigia.store.tables.base import METADATA, Number, UtcTime

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
