"""Bringing a source into `data/raw` so that it changes as a whole or not at all, and only where files changed."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from vigia.errors import SourceError
from vigia.records import SITE_LOG, VERDICTS

MANIFEST = "manifest.json"
SUFFIXES = (".csv", ".xlsx")


def copy_folder(source: Path, target: Path) -> None:
    """Copy the meter files and tables of a folder, unchanged.

    Raises:
        SourceError: there is no such folder, nothing to copy in it, or a file that cannot be read.
    """
    if not source.is_dir():
        raise SourceError(f"no folder {source}; a source is `demo`, `electrodunas` or a folder of CSV files")
    files = [path for path in sorted(source.iterdir()) if path.suffix.lower() in SUFFIXES and not path.is_dir()]
    if not any(path.suffix.lower() == ".csv" for path in files):
        raise SourceError(f"{source} holds no CSV file")
    for path in files:
        try:
            shutil.copyfile(path, target / path.name)
        except OSError as error:
            raise SourceError(f"{path} cannot be read ({error.strerror}); nothing was taken from {source}") from error


def bring(fill: Callable[[Path], object], raw: Path, kind: str) -> bool:
    """Let `fill` write a source into an empty folder and then swap it in; returns whether anything changed.

    Until `fill` has ended well, `raw` stays as it was. What people wrote into `raw` about the clients of a source that
    is no folder of their own (a folder holds its records itself) is kept, unless the source brings such a file.
    """
    fresh = raw.with_name(f"{raw.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    fill(fresh)
    if kind != "folder" and _source_of(raw) == kind:
        for name in (SITE_LOG, VERDICTS):
            if (raw / name).is_file() and not (fresh / name).exists():
                shutil.copyfile(raw / name, fresh / name)
    manifest = {"source": kind, "files": _digests(fresh)}
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (fresh / MANIFEST).write_text(text, encoding="utf-8")
    if raw.is_dir() and _digests(raw) == _digests(fresh):
        shutil.rmtree(fresh)
        return False
    former = raw.with_name(f"{raw.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if raw.exists():
        raw.rename(former)
    fresh.rename(raw)
    shutil.rmtree(former, ignore_errors=True)
    return True


def set_fleet_name(params_file: Path, name: str) -> None:
    """Write the fleet's name into the parameters, leaving every other character as it is.

    Raises:
        SourceError: the file has no `name:` under `fleet:`.
    """
    text = params_file.read_text(encoding="utf-8")
    changed, count = re.subn(r"(?m)^(fleet:\s*\n(?:[ \t]+.*\n)*?[ \t]+name:[ \t]*)\S+", rf"\g<1>{name}", text, count=1)
    if count != 1:
        raise SourceError(f"{params_file}: no `name:` under `fleet:`")
    if changed != text:
        params_file.write_text(changed, encoding="utf-8")


def fleet_name(source: str) -> str:
    """A name for a fleet that comes from a folder.

    >>> fleet_name("../shared/data/electrodunas/"), fleet_name("Fábrica 2")
    ('electrodunas', 'f-brica-2')
    """
    slug = re.sub(r"[^a-z0-9_]+", "-", Path(source).name.lower()).strip("-")
    return slug or "fleet"


def _source_of(raw: Path) -> str | None:
    """The kind of source that `raw` was brought from."""
    try:
        return str(json.loads((raw / MANIFEST).read_text(encoding="utf-8"))["source"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _digests(folder: Path) -> dict[str, dict[str, object]]:
    return {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
