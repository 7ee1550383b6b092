"""Removing what is old, by the settings of section `operation`. *Law:* the next day ends with the same alerts.

Of readings it removes rows instead of which another one counts, and old hours of which every kept release that has the
client says the same: with or without them, they are what the day looks at.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from vigia import frames
from vigia.config.settings import Operation, Settings
from vigia.keys import package_digest
from vigia.operate.ground import CHANNELS, within_reach
from vigia.operate.keeping import KEEPING
from vigia.operate.places import home_of, store_of
from vigia.publish import decisions
from vigia.publish.operation import linked_release, operating, release_before
from vigia.release.layout import MANIFEST
from vigia.store import Database
from vigia.store.keeping import pruning

WHAT = "removing what is old"
PARTIAL, REGISTRY = ".partial", ".registry.json"


@dataclass(frozen=True)
class Pruned:
    """What was removed, or would be.

    Attributes:
        releases: their digests.
        registries: names of files of releases that are not there any more.
        superseded: rows of readings instead of which another one counts.
        old: rows of hours that the kept releases hold themselves.
        messages: messages whose content is forgotten.
        answers: that were kept for requests that come again.
        states: of watches, made by other code.
    """

    releases: tuple[str, ...]
    registries: tuple[str, ...]
    superseded: int
    old: int
    messages: int
    answers: int
    states: int


def prune(settings: Settings, really: bool = True, now: datetime | None = None) -> Pruned:
    """Remove what is old; neither a daily run nor a backup is at work meanwhile.

    Args:
        settings: where the fleet is, and how long what is kept.
        really: false = it is only found out.
        now: time that ages are counted to.

    Raises:
        LockedError: something else is at work.
        StoreError: the store cannot be used.
    """
    home, wanted, moment = home_of(settings), settings.operation, now or datetime.now(UTC)
    with (
        closing(store_of(settings)) as database,
        database.alone(KEEPING, WHAT),
        database.alone("daily", WHAT),
    ):
        with operating(home, WHAT):
            kept = kept_releases(home, wanted.keep_releases)
            gone = tuple(digest for digest in on_disk(home) if digest not in kept) if kept else ()
            files = tuple(_registries(home, kept)) if kept else ()
            if really:
                _remove(home, gone, files)
        superseded, old = _readings(database, home, set(gone), wanted, moment, really)
        return Pruned(gone, files, superseded, old, *_rest(database, wanted, moment, really))


def on_disk(home: Path) -> list[str]:
    """Digests of the releases that are there, those of which something was decided last at the end."""
    told = {line.release: place for place, line in enumerate(decisions.read(home))}
    folders = [path.parent for path in (home / "releases").glob(f"*/{MANIFEST}")]
    there = [path for path in folders if not path.is_symlink() and path.suffix != PARTIAL]
    return [path.name for path in sorted(there, key=lambda path: (told.get(path.name, -1), path.stat().st_mtime))]


def kept_releases(home: Path, newest: int) -> list[str]:
    """Digests of the releases that stay: in operation, before it, and the newest; none where none is served."""
    served, there = linked_release(home), on_disk(home)
    if served is None:
        return []
    wanted = {served, release_before(home), *there[-newest:]}
    return [digest for digest in there if digest in wanted]


def _registries(home: Path, kept: list[str]) -> Iterator[str]:
    """Files of releases that are not kept, and whose models are no challengers of one that is."""
    past = decisions.read(home)
    needed = {*kept, *(decisions.challenger(past, digest) for digest in kept)}
    for path in sorted((home / "releases").glob(f"*{REGISTRY}")):
        if path.name.removesuffix(REGISTRY) not in needed:
            yield path.name


def _readings(
    database: Database, home: Path, gone: set[str], wanted: Operation, now: datetime, really: bool
) -> tuple[int, int]:
    """Rows instead of which others count, and old ones, client by client so that nobody waits for long.

    Releases are looked up for each, so that one that is published meanwhile has its say.
    """
    recorded, before = (
        now - timedelta(days=days) for days in (wanted.keep_corrections_days, wanted.keep_readings_days)
    )
    with database.reading() as connection:
        clients = {*pruning.with_several(connection), *pruning.with_hours(connection, before)}
    counts = [0, 0]
    for client in sorted(clients):
        kept = [home / "releases" / digest for digest in on_disk(home) if digest not in gone]
        with database.reading() as connection:
            superseded = set(pruning.superseded(connection, client, recorded))
            rows = pruning.hours(connection, client, before)
        old = set(_held(kept, client, rows)) - superseded
        if really and superseded | old:
            with database.writing() as connection:
                pruning.remove_readings(connection, sorted(superseded | old))
        counts[0] += len(superseded)
        counts[1] += len(old)
    return counts[0], counts[1]


def _held(kept: list[Path], client: str, rows: pd.DataFrame) -> list[int]:
    """Numbers of rows of the hours of which every release that has the client says the same."""
    files = [file for each in kept if (file := frames.client_file(each / "readings", client)).is_file()]
    if not files or rows.empty:
        return []
    last = rows.drop_duplicates("timestamp", keep="last").reset_index(drop=True)
    same = np.logical_and.reduce([said_alike(frames.read(file, "readings"), last) for file in files])
    return [int(number) for number in rows.loc[rows["timestamp"].isin(last["timestamp"][same]), "id"]]


def said_alike(released: pd.DataFrame, stored: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """By stored hour, whether a day looks at the same with and without it.

    Args:
        released: a client's readings in a release.
        stored: `timestamp` in UTC and channels, each hour once.
    """
    own = released.set_index(released["timestamp"].dt.tz_convert("UTC"))[CHANNELS].reindex(stored["timestamp"])
    said, there = stored[CHANNELS].to_numpy(float), stored["timestamp"].isin(released["timestamp"]).to_numpy()
    alike = there & (np.isnan(said) | (said == own.to_numpy(float))).all(axis=1)
    far = ~stored.index.isin(within_reach(released, stored).index)
    return np.asarray(alike | far)


def _rest(database: Database, wanted: Operation, now: datetime, really: bool) -> tuple[int, int, int]:
    """Messages, answers and states."""
    with database.writing() as connection:
        return (
            pruning.empty_messages(connection, now - timedelta(days=wanted.keep_messages_days), really),
            pruning.forget_answers(connection, now, really),
            pruning.forget_states(connection, package_digest(), really),
        )


def _remove(home: Path, releases: tuple[str, ...], files: tuple[str, ...]) -> None:
    """A release goes in two steps: what is left of it by half is nobody's, and the next change clears it away."""
    for digest in releases:
        folder = home / "releases" / digest
        gone = folder.with_name(folder.name + PARTIAL)
        folder.replace(gone)
        shutil.rmtree(gone)
    for name in files:
        (home / "releases" / name).unlink()
