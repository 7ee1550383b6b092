"""Where the store of a fleet is."""

from vigia.config.settings import Settings
from vigia.store import Database, migrated

FILE = "vigia.db"


def store_of(settings: Settings) -> Database:
    """The store of the fleet in operation, with the tables of this version: beside its releases, or by its address.

    Raises:
        StoreError: it cannot be used, or was made by a later version.
    """
    home = settings.serving.releases / settings.serving.fleet
    return migrated(Database(settings.store.address or f"sqlite:///{home / FILE}"))
