"""Writing a release folder from what the stages left; the same inputs give the same digest."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vigia import __version__, frames, keys
from vigia.config import Params, resolved
from vigia.errors import ReleaseError
from vigia.release.layout import BY_CLIENT, MANIFEST, SCHEMA, SHARED_MODEL, file_digests, release_digest


@dataclass(frozen=True)
class Stages:
    """Where each thing is taken from: files by table, folders by partitioned table, and the rest."""

    tables: dict[str, Path]
    by_client: dict[str, Path]
    issues: list[Path]
    models: Path
    cards: Path
    reports: list[Path]


def build(stages: Stages, params: Params, target: Path) -> str:
    """Write the release to `target`, which is replaced only when it is complete; returns its digest.

    What the stages kept of clients without readings, of a former source perhaps, stays out. The parameters are written
    with all defaults, so that those of a later version do not change what the release means.

    Raises:
        ReleaseError: something that belongs into a release is not there.
    """
    fresh = target.with_name(f"{target.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, path in stages.tables.items():
        _copy(path, fresh / f"{name}.parquet")
    clients = frames.clients_in(stages.by_client["readings"])
    for client in clients:
        for name in BY_CLIENT:
            _copy(frames.client_file(stages.by_client[name], client), frames.client_file(fresh / name, client))
        model, card = frames.client_folder(client), f"{frames.client_folder(client)}.json"
        _copy(stages.models / model, fresh / "models" / model)
        _copy(stages.cards / card, fresh / "cards" / card)
    if (stages.models / SHARED_MODEL).is_dir():
        _copy(stages.models / SHARED_MODEL, fresh / "models" / SHARED_MODEL)
    zone = params.fleet.timezone
    issues = [_issues(path, clients) for path in stages.issues if path.exists()]
    frames.write(frames.concat("issues", issues, zone), fresh / "issues.parquet")
    for path in stages.reports:
        _copy(path, fresh / "reports" / path.name)
    (fresh / "params.yaml").write_text(resolved(params), encoding="utf-8")
    digest = _write_manifest(fresh, params)
    shutil.rmtree(target, ignore_errors=True)
    fresh.replace(target)
    return digest


def _write_manifest(folder: Path, params: Params) -> str:
    files = file_digests(folder)
    clients = frames.clients_in(folder / "readings")
    last = {client: frames.last_time(frames.client_file(folder / "readings", client)) for client in clients}
    manifest = {
        "schema": SCHEMA,
        "digest": release_digest(files),
        "fleet": params.fleet.name,
        "timezone": params.fleet.timezone,
        "country": params.fleet.country,
        "data_until": max(last.values()).isoformat(),
        "last_reading": {client: when.isoformat() for client, when in last.items()},
        "data_digest": keys.combine(sorted(item for item in files.items() if item[0].startswith("readings/"))),
        "params_digest": files["params.yaml"],
        "vigia_version": __version__,
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return str(manifest["digest"])


def _issues(path: Path, clients: list[str]) -> pd.DataFrame:
    if path.is_file():
        return frames.read(path, "issues")
    return pd.concat([frames.read_client(path, "issues", client) for client in clients], ignore_index=True)


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise ReleaseError(f"{source} is not there; run the stages before `release`")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
