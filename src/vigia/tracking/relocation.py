"""A database of an earlier version: its addresses of artifacts, those of files of one checkout, are set anew.

Earlier versions let MLflow write every address as that of a file, so a copy of the checkout would read and change the
files of the original, and no other machine could load a model. Now it says where the server has them (`artifacts`).
"""

import logging
import sqlite3
from contextlib import closing

from vigia.config.checkout import checkout
from vigia.config.settings import SQLITE, Tracking
from vigia.tracking.places import artifact_address

log = logging.getLogger(__name__)

FILES = "file:"
ADDRESSES = {
    "runs": ("artifact_uri",),
    "experiments": ("artifact_location",),
    "model_versions": ("source", "storage_location"),
    "logged_models": ("artifact_location",),
}
"""Tables of MLflow's database, and their columns with addresses of artifacts."""


def relocate(settings: Tracking, fleet: str, found: str) -> None:
    """Set the addresses of a fleet's artifacts anew where they are files that belong to this checkout.

    That is so where database and artifacts are inside the checkout and the address that was found ends as their folder
    does, in whatever checkout it was written; anything else was somebody's choice.

    Args:
        settings: where database and artifacts are.
        fleet: name of the experiment.
        found: the address of its artifacts, as the database has it.
    """
    if not settings.uri.startswith(SQLITE) or "://" in settings.artifacts:
        return
    top = checkout()
    database, artifacts = top / settings.uri.removeprefix(SQLITE), top / settings.artifacts
    if not (database.is_relative_to(top) and artifacts.is_relative_to(top)):
        return
    wanted = artifact_address(settings.artifacts, fleet)
    ending = f"/{artifacts.relative_to(top).as_posix()}/{fleet}"
    if not (found.startswith(FILES) and found.endswith(ending)):
        return
    log.warning("artifacts of fleet %s: %s is set anew as %s", fleet, found, wanted)
    with closing(sqlite3.connect(database, timeout=60)) as connection, connection:
        for table, columns in ADDRESSES.items():
            there = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            for column in columns:
                if column in there:
                    connection.execute(
                        f"UPDATE {table} SET {column} = ? || substr({column}, ?) "
                        f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
                        (wanted, len(found) + 1, found, len(found) + 1, f"{found}/"),
                    )
