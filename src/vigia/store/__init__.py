"""The store: what happened since a release was made. Readings that came, and what became of each batch.

A release says what is normal and never changes; the store holds facts, and nothing of it is computed. It knows neither
detection nor models. SQLite beside the releases by default, PostgreSQL by address; the only importer of SQLAlchemy and
Alembic. Tables that record what happened are append-only, guarded by the database itself (`guards`).
"""

from sqlalchemy import Connection

from vigia.store.batches import Batch, Counts, Rejected
from vigia.store.database import Database
from vigia.store.migrate import migrated
from vigia.store.readings import Readings

__all__ = ["Batch", "Connection", "Counts", "Database", "Readings", "Rejected", "migrated"]
