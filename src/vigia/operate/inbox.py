"""Meter files that are dropped into a folder: each is read as `ingest` would read it, recorded, and moved away.

It is recorded before it is moved, under a key made of its name and content. So a file is taken once, whenever a run is
killed.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vigia.config import Params
from vigia.errors import ConflictError, IngestError, SourceError
from vigia.ingest.files import is_hidden
from vigia.operate.files import read_file
from vigia.store import Batch, Counts, Readings
from vigia.store.batches import Sent

log = logging.getLogger(__name__)

INBOX = "inbox"
TAKEN, REFUSED = "taken", "refused"
SOURCE, FOLDER = "inbox", "source"
ACTOR = "vigia intake"
STILL_SECONDS = 10.0
"""A file that was changed later than so long ago may still be on its way."""


@dataclass(frozen=True)
class Taken:
    """What became of a file of the inbox.

    Attributes:
        file: its name, with folders below the inbox.
        batch: as it was recorded; none where it could not be understood.
        error: why not; empty where it was.
        told: what was found out about it: one sentence each.
    """

    file: str
    batch: Batch | None
    error: str = ""
    told: tuple[str, ...] = ()


def take_in(inbox: Path, params: Params, readings: Readings, still: float = STILL_SECONDS) -> Iterator[Taken]:
    """Record every file of an inbox, the oldest first; yields each when it has been moved to `taken` or `refused`.

    Args:
        inbox: folder; it is made where it is not there.
        params: of the fleet.
        readings: of its store.
        still: seconds for which a file must not have changed.
    """
    inbox.mkdir(parents=True, exist_ok=True)
    for path in waiting(inbox, still):
        name = path.relative_to(inbox).as_posix()
        taken = _recorded(path, name, SOURCE, params, readings)
        if taken.batch is None:
            place = _moved(path, inbox / REFUSED / name)
            place.with_name(f"{place.name}.why.txt").write_text(f"{taken.error}\n", encoding="utf-8")
        else:
            _moved(path, inbox / TAKEN / name)
        yield taken


def take_from(folder: Path, params: Params, readings: Readings, still: float = STILL_SECONDS) -> Iterator[Taken]:
    """Record every new or changed file of a folder that others write into; nothing in it is moved.

    Args:
        folder: that is there.
        params: of the fleet.
        readings: of its store.
        still: seconds for which a file must not have changed.

    Raises:
        SourceError: there is no such folder.
    """
    if not folder.is_dir():
        raise SourceError(f"the configured source of readings is no folder: {folder}")
    for path in waiting(folder, still):
        name = path.relative_to(folder).as_posix()
        if not readings.is_recorded(_key(name, _digest(path))):
            yield _recorded(path, name, FOLDER, params, readings)


def _recorded(path: Path, name: str, source: str, params: Params, readings: Readings) -> Taken:
    """A file as it was recorded, under a key of its name and content; or why it was not."""
    digest = _digest(path)
    try:
        found = read_file(path, name, params)
        sent = Sent(digest, source, ACTOR, _key(name, digest))
        return Taken(name, readings.record(sent, found.readings, found.rejected), told=found.told)
    except (IngestError, ConflictError) as error:
        log.warning("%s is refused: %s", name, error)
        return Taken(name, None, str(error))


def _key(name: str, digest: str) -> str:
    return "file " + hashlib.sha256(f"{name}\n{digest}".encode()).hexdigest()


def total(taken: list[Taken]) -> Counts:
    """Counts of all files that were recorded now, and not before."""
    fresh = [each.batch.counts for each in taken if each.batch is not None and not each.batch.again]
    return Counts(*(sum(getattr(counts, name) for counts in fresh) for name in vars(Counts())))


def waiting(inbox: Path, still: float = STILL_SECONDS) -> list[Path]:
    """Files that are complete, the oldest first."""
    now, found = datetime.now(UTC).timestamp(), []
    for path in inbox.rglob("*"):
        below = path.relative_to(inbox)
        if not path.is_file() or path.is_symlink() or below.parts[0] in (TAKEN, REFUSED) or is_hidden(below):
            continue
        changed = path.stat().st_mtime
        if now - changed >= still:
            found.append((changed, path))
    return [path for _, path in sorted(found)]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def free_place(to: Path) -> Path:
    """A place for a file of this name, numbered where one of the same name is there."""
    to.parent.mkdir(parents=True, exist_ok=True)
    place, number = to, 1
    while place.exists():
        number += 1
        place = to.with_name(f"{to.stem} ({number}){to.suffix}")
    return place


def _moved(path: Path, to: Path) -> Path:
    """Move a file to a place of its own: one of the same name that was moved before stays."""
    place = free_place(to)
    os.replace(path, place)
    return place
