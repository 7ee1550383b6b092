"""Where a fleet in operation and its store are."""

from pathlib import Path

from vigia.config.settings import Settings
from vigia.store import Database, migrated

FILE = "vigia.db"


def store_of(settings: Settings) -> Database:
    """The store of the fleet in operation, with the tables of this version: beside its releases, or by its address.

    Raises:
        StoreError: it cannot be used, or was made by a later version.
    """
    return migrated(store_as_it_is(settings))


def store_as_it_is(settings: Settings) -> Database:
    """The store of the fleet in operation, of whatever version."""
    return Database(settings.store.address or f"sqlite:///{home_of(settings) / FILE}")


def home_of(settings: Settings) -> Path:
    """Folder of the fleet in operation."""
    return settings.serving.releases / settings.serving.fleet
