"""Who may do what, and who did."""

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table

from vigia.store.tables.base import METADATA, Number, UtcTime

PEOPLE = Table(
    "people",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("password", String(255)),  # as argon2 writes it; none = cannot log in by the form
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", String(255), nullable=False),
    Column("ended_at", UtcTime),
)
KEYS = Table(
    "keys",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("prefix", String(16), nullable=False, unique=True),  # what is shown of it
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of it
    Column("role", String(16), nullable=False),
    Column("acts_for_others", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", String(255), nullable=False),
    Column("last_used_at", UtcTime),
    Column("revoked_at", UtcTime),
)
AUDIT = Table(
    "audit",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("person", String(255)),  # for whom a key acted
    Column("key_prefix", String(16)),
    Column("method", String(16), nullable=False),
    Column("route", String(255), nullable=False),
    Column("object", String(255)),
    Column("outcome", Integer, nullable=False),  # status of the answer
    Column("request_id", String(64)),
    Column("detail", String),
)
ANSWERS = Table(
    "answers",
    METADATA,
    Column("key", String(512), primary_key=True),  # route, actor and idempotency key
    Column("digest", String(64), nullable=False),  # of what was sent
    Column("status", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)
