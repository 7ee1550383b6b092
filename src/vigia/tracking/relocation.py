"""A checkout that was copied: addresses of artifacts inside its MLflow database are set anew.

MLflow writes every address of an artifact in full, so a copy would read and change the files of the original.
"""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from vigia.config.settings import Tracking
from vigia.tracking.places import SQLITE, artifact_address

log = logging.getLogger(__name__)

ADDRESSES = {
    "runs": ("artifact_uri",),
    "experiments": ("artifact_location",),
    "model_versions": ("source", "storage_location"),
    "logged_models": ("artifact_location",),
}
"""Tables of MLflow's database, and their columns with addresses of artifacts."""


def relocate(settings: Tracking, fleet: str, found: str) -> None:
    """Set the addresses of a fleet's artifacts anew where its database has moved with its artifacts.

    That is so where both are relative to the working directory and the address that was found ends in the same
    relative one; anything else was somebody's choice.

    Args:
        settings: where database and artifacts are.
        fleet: name of the experiment.
        found: the address of its artifacts, as the database has it.
    """
    database = Path(settings.uri.removeprefix(SQLITE))
    artifacts = Path(settings.artifacts)
    if not settings.uri.startswith(SQLITE) or database.is_absolute() or "://" in settings.artifacts:
        return
    wanted = artifact_address(settings.artifacts, fleet)
    ending = f"/{artifacts.as_posix()}/{fleet}"
    if artifacts.is_absolute() or found == wanted or not found.endswith(ending) or not wanted.endswith(ending):
        return
    log.warning("artifacts of fleet %s: %s is set anew as %s", fleet, found, wanted)
    with closing(sqlite3.connect(database.absolute(), timeout=60)) as connection, connection:
        for table, columns in ADDRESSES.items():
            there = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            for column in columns:
                if column in there:
                    connection.execute(
                        f"UPDATE {table} SET {column} = ? || substr({column}, ?) "
                        f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
                        (wanted, len(found) + 1, found, len(found) + 1, f"{found}/"),
                    )
