"""Bringing a source into `data/raw` so that it changes as a whole or not at all, and only where files changed."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vigia.errors import SourceError
from vigia.ingest.files import is_hidden
from vigia.ingest.readers import reader_of
from vigia.ingest.readers.source import as_text
from vigia.ingest.written import Written, brought_in, copy_whole
from vigia.lock import locked

MANIFEST = "manifest.json"
FLEET = "fleet"
"""Field of the manifest with the name of the fleet, and what one without a name is called."""
Fill = Callable[[Path], object]
"""Writes the files of a source into an empty folder."""
SUFFIXES = (".csv", ".xlsx")
"""Of the files of the public repository."""


def copy_folder(source: Path, target: Path) -> None:
    """Copy the meter files and tables of a folder and of the folders in it, unchanged.

    Raises:
        SourceError: there is no such folder, nothing to copy in it, or a file that cannot be read.
    """
    if not source.is_dir():
        raise SourceError(f"no folder {source}; a source is `demo`, `electrodunas` or a folder of meter files")
    paths = [path for path in sorted(source.rglob("*")) if not path.is_dir()]
    files = [path for path in paths if reader_of(path.name) is not None and not is_hidden(path.relative_to(source))]
    if not files:
        raise SourceError(f"{source} holds no meter file")
    top = os.path.realpath(source)
    for path in files:
        if os.path.commonpath([top, os.path.realpath(path)]) != top:
            raise SourceError(f"{path} leads out of {source}; put the file itself there. Nothing was taken")
        if path.exists() and not path.is_file():
            raise SourceError(f"{path} is no file; nothing was taken from {source}")
        copy = target / as_text(str(path.relative_to(source)))
        if copy.exists():
            raise SourceError(f"{copy.relative_to(target)} is there twice, once with a name of another encoding")
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        except OSError as error:
            raise SourceError(f"{path} cannot be read ({error.strerror}); nothing was taken from {source}") from error


@dataclass(frozen=True)
class Brought:
    """What a fetch did: whether `raw` is another one now, and which written files were kept aside."""

    changed: bool
    aside: tuple[Path, ...] = ()


def bring(fill: Fill, raw: Path, kind: str, fleet: str = FLEET, former: str = FLEET) -> Brought:
    """Let `fill` write a source into an empty folder and then swap it in.

    Until `fill` has ended well, `raw` stays as it was; where a process was killed in the middle of the swap, the next
    one puts it back. What people wrote into `raw` is kept in `records/<fleet>/` beside it, and comes back with the
    readings of the same fleet (`written`).

    Args:
        fill: writes the files of the source into a folder.
        raw: where they go.
        kind: of the source.
        fleet: whose readings the source brings.
        former: whose readings are in `raw`, where its manifest does not say it.

    Raises:
        LockedError: another process is bringing a source there.
        SourceError: the source cannot be brought.
    """
    with locked(raw.with_name(f"{raw.name}.lock"), "fetching"):
        _restore(raw)
        manifest, seen = _manifest(raw), brought_in(raw)
        written = Written(raw, str(manifest.get(FLEET, former)))
        written.save(manifest.get("records", {}))
        if FLEET in manifest:
            copy_whole(raw / MANIFEST, written.folder / MANIFEST)
        fresh = raw.with_name(f"{raw.name}.partial")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        fill(fresh)
        brought, mine = brought_in(fresh), Written(raw, fleet)
        aside = mine.give_back(fresh, _manifest(mine.folder).get("records", {}))
        content = {"source": kind, FLEET: fleet, "records": brought}
        text = json.dumps({**content, "files": _digests(fresh)}, indent=1, sort_keys=True, ensure_ascii=False)
        (fresh / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
        if raw.is_dir() and content.items() <= manifest.items() and _digests(raw) == _digests(fresh):
            shutil.rmtree(fresh)
            return Brought(False, tuple(aside))
        late = _swap(fresh, raw, written, seen)
        copy_whole(raw / MANIFEST, mine.folder / MANIFEST)  # as the next fetch would do: a killed one ends alike
        return Brought(True, (*aside, *late))


def _former(raw: Path) -> Path:
    return raw.with_name(f"{raw.name}.former")


def _restore(raw: Path) -> None:
    """Put back what a killed process had moved away, or remove what it did not come to remove."""
    if not raw.exists() and _former(raw).is_dir():
        _former(raw).rename(raw)
    shutil.rmtree(_former(raw), ignore_errors=True)


def _swap(fresh: Path, raw: Path, written: Written, seen: dict[str, str | None]) -> list[Path]:
    """Put `fresh` in the place of `raw`; what was written in `raw` since it was `seen` is kept aside."""
    if raw.exists():
        raw.rename(_former(raw))
    fresh.rename(raw)
    late = {name: digest for name, digest in brought_in(_former(raw)).items() if digest not in (None, seen[name])}
    aside = [written.set_aside(_former(raw) / name, name) for name in late]
    shutil.rmtree(_former(raw), ignore_errors=True)
    return aside


def _manifest(folder: Path) -> dict[str, Any]:
    """What a fetch noted of a folder; empty where none did."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _digests(folder: Path) -> dict[str, dict[str, object]]:
    return {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
