"""Back from a backup: into an empty place, verified before anything is written, with the link to the release last."""

import os
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from vigia.config.settings import Settings
from vigia.errors import StoreError
from vigia.operate.inbox import INBOX, free_place
from vigia.operate.keeping import KEEPING
from vigia.operate.keeping.backup import RELEASES, Backup
from vigia.operate.places import home_of, store_as_it_is
from vigia.publish import decisions
from vigia.publish.operation import flip, operating
from vigia.store import Database
from vigia.store.keeping import is_empty, move_aside, restore

WHAT = "restoring"


def restore_fleet(settings: Settings, folder: Path, force: bool = False, now: datetime | None = None) -> Backup:
    """Restore a fleet in operation from a backup; service and worker must not run.

    Args:
        settings: where the fleet and its store go; the store may be of another engine than the backup's.
        folder: of the backup.
        force: move what is there aside; nothing is deleted.
        now: time that what is moved aside is named by.

    Raises:
        StoreError: the backup is damaged, of another fleet or of a later version, or something is there.
        LockedError: something else is at work.
    """
    found, home = Backup.read(folder), home_of(settings)
    if found.fleet != settings.serving.fleet:
        raise StoreError(f"{folder} is of fleet {found.fleet}, the settings are of {settings.serving.fleet}")
    found.verify(folder)
    with (
        closing(store_as_it_is(settings)) as database,
        database.alone(KEEPING, WHAT),
        database.alone("daily", WHAT),
        operating(home, WHAT),
    ):
        _make_room(home, database, f"before-{(now or datetime.now(UTC)):%Y%m%dT%H%M%SZ}" if force else None)
        _files(folder, home)
        restore(database, folder, found.store)
        if found.current is not None:
            flip(home, found.current)
    return found


def _make_room(home: Path, database: Database, aside: str | None) -> None:
    """Look that nothing is there, or move it aside by this name."""
    there = [path for path in (home / RELEASES, home / decisions.FILE) if path.exists()]
    if aside is None:
        named = [str(path) for path in there] + ([] if is_empty(database) else [database.url.render_as_string()])
        if named:
            raise StoreError(f"nothing is restored over what is there: {', '.join(named)}; --force moves it aside")
        return
    move_aside(database, aside)
    for path in there:
        (home / aside).mkdir(exist_ok=True)
        os.replace(path, home / aside / path.name)


def _files(folder: Path, home: Path) -> None:
    """Releases, decisions, and the files of the inbox beside those that came since."""
    if (folder / RELEASES).is_dir():
        shutil.copytree(folder / RELEASES, home / RELEASES)
    if (folder / decisions.FILE).is_file():
        shutil.copy2(folder / decisions.FILE, home / decisions.FILE)
    for path in sorted((folder / INBOX).rglob("*")):
        if path.is_file():
            shutil.copy2(path, free_place(home / INBOX / path.relative_to(folder / INBOX)))
