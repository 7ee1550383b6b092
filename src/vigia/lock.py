"""One at a time: a lock that ends with its process, however that ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vigia.errors import LockedError

WAIT_SECONDS = 10.0
BETWEEN_SECONDS = 0.05


@contextmanager
def locked(path: Path, what: str, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock of the file `path` for as long as the block runs.

    The kernel keeps the lock with the open file, not with its content, so a killed process leaves none behind and the
    file may stay. Its content is the number of the process that holds it, for people.

    Args:
        path: of the lock file; its folder is made.
        what: is done under it, for the message.
        wait_seconds: how long to wait for another process.

    Raises:
        LockedError: another process holds it for longer than that.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait_seconds
    with path.open("a+", encoding="utf-8") as file:
        while not _taken(file.fileno()):
            if time.monotonic() >= until:
                file.seek(0)
                raise LockedError(
                    f"{what} must wait: process {file.read().strip() or 'unknown'} is at work in {path.parent} and has "
                    f"not ended within {wait_seconds:g} s; try again when it has"
                )
            time.sleep(BETWEEN_SECONDS)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
