"""Who is told what, and what was sent."""

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Integer, String, Table

from vigia.store.tables.base import METADATA, Number, UtcTime

SUBSCRIPTIONS = Table(
    "subscriptions",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("channel", String(16), nullable=False),  # mail or webhook
    Column("address", String(1024), nullable=False),
    Column("language", String(8), nullable=False),
    Column("sector", String(255)),
    Column("clients", JSON),  # none = all
    Column("severity", String(32)),  # at least this grave; none = all
    Column("empty", Boolean, nullable=False),  # whether it is also told that there is nothing
    Column("secret", String(255)),  # that signs a webhook's body
    Column("owner", String(255), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("ended_by", String(255)),
)
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),  # of what it says to whom: nothing is queued twice
    Column("kind", String(32), nullable=False),  # digest, watchdog, retraining
    Column("channel", String(16), nullable=False),
    Column("subscription_id", Number, ForeignKey(SUBSCRIPTIONS.c.id), index=True),
    Column("day", Date),
    Column("address", String(1024), nullable=False),
    Column("message_id", String(255), nullable=False),
    Column("content", JSON, nullable=False),  # subject, text and html, or the body of a webhook
    Column("created_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),  # when it was to be sent
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", UtcTime, index=True),  # none = it is done with
    Column("sent_at", UtcTime),
    Column("failed_at", UtcTime),  # for good
    Column("answer", String),
)
