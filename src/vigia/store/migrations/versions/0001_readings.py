"""Readings that came, their batches, and what was rejected."""

import sqlalchemy as sa
from alembic import op

from vigia.errors import StoreError

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "batches",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("key", sa.String(255)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("read", "accepted", "corrected", "duplicate", "rejected")
        ),
        sa.CheckConstraint("read = accepted + corrected + duplicate + rejected", name=op.f("ck_batches_counts")),
        sa.UniqueConstraint("key", name=op.f("uq_batches_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_table(
        "readings",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Double)
            for name in ("active_energy_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v")
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_readings_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
    )
    op.create_index(op.f("ix_readings_batch_id"), "readings", ["batch_id"])
    op.create_index(op.f("ix_readings_client_id_timestamp_id"), "readings", ["client_id", "timestamp", "id"])
    op.create_table(
        "rejected",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("batch_id", NUMBER, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("raw", sa.JSON, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_rejected_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejected")),
    )
    op.create_index(op.f("ix_rejected_batch_id"), "rejected", ["batch_id"])


def downgrade() -> None:
    """Refused: what happened would be lost.

    Raises:
        StoreError: always; a backup of before is the way back.
    """
    raise StoreError("migrations go forwards alone; restore a backup of before")
