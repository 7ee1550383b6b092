"""A backup: the store, the releases that are needed, decisions and inbox of a fleet, with the digest of every file.

It is made while everything runs. It gets its name when it is complete and on the disk, so one that was killed is none.
The inbox is copied before the store: a file that is taken in meanwhile is in the store, and one that is in both is
known by its name and content and counts once.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vigia import __version__
from vigia.config.settings import Settings
from vigia.errors import StoreError
from vigia.operate.inbox import INBOX, waiting
from vigia.operate.keeping import KEEPING
from vigia.operate.places import home_of, store_as_it_is
from vigia.publish import decisions
from vigia.publish.operation import linked_release, operating, release_before
from vigia.release.layout import registry_file, verify
from vigia.store.keeping import Copied, copy

FORM = 1
MANIFEST = "manifest.json"
RELEASES = "releases"
PARTIAL = ".partial"
NAME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself.

    Attributes:
        form: of the folder.
        fleet: whose it is.
        made_at: time of the store's copy at the earliest, UTC.
        version: of Vigía.
        current: digest of the release in operation; none = none was.
        previous: of the one that was in operation before.
        store: revision of the store's tables, and rows by table.
        files: SHA-256 by path.
    """

    form: int
    fleet: str
    made_at: str
    version: str
    current: str | None
    previous: str | None
    store: Copied
    files: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Backup":
        """The manifest of a backup; its files are not looked at.

        Raises:
            StoreError: no backup, or of another form.
        """
        path = folder / MANIFEST
        if not path.is_file():
            raise StoreError(f"no backup in {folder}: {MANIFEST} is missing")
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            form = content.get("form")
            if form == FORM:
                return cls(**{**content, "store": Copied(**content["store"])})
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            raise StoreError(f"{path} is no manifest of a backup: {error}") from error
        raise StoreError(f"{path}: form {form}, this version reads {FORM}")

    def verify(self, folder: Path) -> None:
        """Look whether all files are as they were written.

        Raises:
            StoreError: a file is missing, changed, or too much.
        """
        wrong = sorted({name for name, _ in digests(folder).items() ^ self.files.items()})
        if wrong:
            raise StoreError(f"{folder} is damaged: missing or changed: {', '.join(wrong[:5])}")


def backup(settings: Settings, folder: Path, keep: int | None = None, now: datetime | None = None) -> Path:
    """Write a backup of the fleet in operation into a folder of its own; returns that folder.

    Args:
        settings: where the fleet is.
        folder: of all backups.
        keep: so many of this fleet are left afterwards, the newest; none = all.
        now: time of the backup.

    Raises:
        StoreError: the store cannot be used or is damaged, or a backup of this second is there.
        ReleaseError: the release in operation is damaged.
        LockedError: another backup is made, or old things are removed.
    """
    fleet, home = settings.serving.fleet, home_of(settings)
    place = folder / f"{fleet}-{(now or datetime.now(UTC)).astimezone(UTC):{NAME}}"
    if place.exists():
        raise StoreError(f"{place} is there already")
    with closing(store_as_it_is(settings)) as database, database.alone(KEEPING, "a backup"):
        partial = place.with_name(place.name + PARTIAL)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        current, previous = _operation(home, partial)
        for digest in filter(None, (current, previous)):
            _release(home, digest, partial)
        _inbox(home / INBOX, partial / INBOX)
        moment = now or datetime.now(UTC)
        copied = copy(database, partial)
        made = Backup(FORM, fleet, moment.isoformat(), __version__, current, previous, copied, digests(partial))
        text = json.dumps(asdict(made), indent=1, sort_keys=True, ensure_ascii=False)
        (partial / MANIFEST).write_text(text, encoding="utf-8")
        _written_through(partial)
        partial.replace(place)
        _sync(folder)
        if keep is not None:
            for old in complete(folder, fleet)[:-keep]:
                _remove(old)
    return place


def complete(folder: Path, fleet: str) -> list[Path]:
    """The backups of a fleet that are complete, oldest first."""
    named = re.compile(rf"{re.escape(fleet)}-\d{{8}}T\d{{6}}Z")
    return sorted(path for path in folder.iterdir() if named.fullmatch(path.name) and (path / MANIFEST).is_file())


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the manifest, by path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / MANIFEST:
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _operation(home: Path, to: Path) -> tuple[str | None, str | None]:
    """Copy the decisions; gives the release in operation, and the one before, as far as they are there."""
    if not home.is_dir():
        return None, None
    with operating(home, "a backup"):
        current = linked_release(home)
        if (home / decisions.FILE).is_file():
            shutil.copy2(home / decisions.FILE, to / decisions.FILE)
        return current, release_before(home)


def _release(home: Path, digest: str, to: Path) -> None:
    source, target = home / RELEASES / digest, to / RELEASES / digest
    shutil.copytree(source, target)
    verify(target)
    if registry_file(source).is_file():
        shutil.copy2(registry_file(source), registry_file(target))


def _inbox(inbox: Path, to: Path) -> None:
    """Files that wait; one that is moved while it is copied has been taken, and is in the store."""
    for path in waiting(inbox) if inbox.is_dir() else ():
        copied = to / path.relative_to(inbox)
        copied.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(path, copied)
        except FileNotFoundError:
            copied.unlink(missing_ok=True)


def _written_through(folder: Path) -> None:
    for path in _all(folder):
        _sync(path)


def _all(folder: Path) -> Iterator[Path]:
    yield from folder.rglob("*")
    yield folder


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> None:
    """In two steps, so that what is removed by half does not look complete."""
    gone = folder.with_name(folder.name + PARTIAL)
    folder.replace(gone)
    shutil.rmtree(gone)
