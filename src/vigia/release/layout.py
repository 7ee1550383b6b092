"""What stands in a release folder, its digest, and what operation writes beside it."""

import hashlib
import json
from pathlib import Path
from typing import Any

from vigia.errors import ReleaseError

SCHEMA = 4
MANIFEST = "manifest.json"
CURRENT = "current"
"""The symbolic link, beside the releases of a fleet, to the one in operation."""
SHARED_MODEL = "@fleet"
"""Folder beside those of the clients with the model that they refer to; no client's quoted name begins with `@`."""
BY_CLIENT = ("readings", "mask", "expected", "bands", "forecasts", "scores")
"""Tables that are folders with a file a client."""


def current_link(home: Path) -> Path:
    """Where the link to the release in operation is, `home` being the folder of a fleet in operation."""
    return home / "releases" / CURRENT


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the manifest, by path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def release_digest(files: dict[str, str]) -> str:
    """Name of a release: SHA-256 over the sorted lines `<sha256>  <path>`."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release; its files are not looked at.

    Raises:
        ReleaseError: not a release, or of another schema.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ReleaseError(f"no release in {folder}: {MANIFEST} is missing")
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        schema = manifest.get("schema")
        manifest.get("files", {}).items()
    except (ValueError, AttributeError) as error:
        raise ReleaseError(f"{path} is no manifest: {error}") from error
    if schema != SCHEMA:
        raise ReleaseError(f"{path}: schema {schema}, this version reads {SCHEMA}")
    return manifest


def verify(folder: Path) -> dict[str, Any]:
    """The manifest of a release all of whose files are as they were written.

    Raises:
        ReleaseError: not a release, of another schema, or a file is missing or changed.
    """
    manifest, found = read_manifest(folder), file_digests(folder)
    wrong = sorted({name for name, _ in found.items() ^ manifest.get("files", {}).items()})
    if wrong:
        raise ReleaseError(f"{folder}: missing or changed: {wrong[:5]}")
    if release_digest(found) != manifest.get("digest"):
        raise ReleaseError(f"{folder}: the digest of the manifest is wrong")
    return manifest


def registry_file(folder: Path) -> Path:
    """Where operation notes the model versions and the known event ids of a release: beside its folder."""
    return folder.with_name(f"{folder.name}.registry.json")


def read_registry(folder: Path) -> dict[str, Any]:
    """The content of `registry_file`; empty where the release was never brought into operation."""
    path = registry_file(folder)
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return content
