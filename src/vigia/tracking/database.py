"""MLflow's database, which is there as a whole or not at all."""

from pathlib import Path

from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

from vigia.config.settings import SQLITE
from vigia.lock import locked
from vigia.tracking.places import absolute_sqlite

WAIT_SECONDS = 120.0
"""For another process that makes it, which takes some 5 s on a machine that does nothing else."""
DEFAULT_ARTIFACTS = "mlruns"
"""Of experiments that are not Vigía's; MLflow's own default."""


def created(uri: str) -> str:
    """The address of a database that exists; a relative SQLite file is taken from the working directory.

    MLflow makes a new one table by table, in dozens of steps of which each is kept. What is killed among them leaves a
    file that neither works nor can be made anew. So a SQLite file is made beside its place and put there when it is
    whole.

    Raises:
        LockedError: another process has been making it for minutes.
    """
    address = absolute_sqlite(uri)
    path = Path(address.removeprefix(SQLITE))
    if not address.startswith(SQLITE) or path.exists():
        return address
    with locked(path.with_name(f"{path.name}.lock"), "making MLflow's database", WAIT_SECONDS):
        if not path.exists():
            partial = path.with_name(f"{path.name}.partial")
            for left in path.parent.glob(f"{partial.name}*"):  # by a process that was killed, with its journal
                left.unlink()
            SqlAlchemyStore(f"{SQLITE}{partial}", DEFAULT_ARTIFACTS).engine.dispose()
            partial.rename(path)
    return address
