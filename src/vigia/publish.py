"""From a release folder to operation: gate, immutable copy, registry, atomic flip, rollback.

var/<fleet>/releases/<digest>/                 the release, never changed
var/<fleet>/releases/<digest>.registry.json    registry versions, and which new event is which known one
var/<fleet>/releases/current                   symbolic link, replaced in one step
var/<fleet>/decisions.jsonl                    every decision of the gate and every rollback, with its reason
"""

import json
import os
import shutil
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd

from vigia import frames
from vigia.config import Params
from vigia.errors import PublishError
from vigia.gate import Summary, gate
from vigia.tracking import Tracker, register, set_alias
from vigia.train import ClientData

CURRENT = "current"


def publish(
    release: Path, var: Path, params: Params, tracker: Tracker, data: list[ClientData], force: bool = False
) -> str:
    """Bring a release folder into operation; returns its digest.

    Args:
        release: folder written by the stage `release`.
        var: root of operation.
        params: all parameters; the fleet's name is the folder below `var`.
        tracker: registry and runs.
        data: readings by client, by which the runs are found.
        force: publish in spite of the gate; the reasons are still written down.

    Raises:
        PublishError: the gate says no; nothing has changed then but the list of decisions.
    """
    home = var / params.fleet.name
    releases = home / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    new = Summary.of(release)
    folder = current_release(home)
    current = Summary.of(folder) if folder is not None else None
    if current is not None and current.digest == new.digest:
        return new.digest
    against = gate(new, current, params)
    accepted = force or not against
    reason = "; ".join(against) or ("first release" if current is None else "better or equal within the limits")
    before = None if current is None else current.digest
    _decide(home, "published" if accepted else "refused", new.digest, before, reason, force)
    if not accepted:
        raise PublishError(f"the gate refused release {new.digest[:12]}: {reason}")
    _copy(release, releases / new.digest)
    registry = {
        "models": _register(releases / new.digest, new, tracker, data, params),
        "event_ids": match_events(release, folder) if folder is not None else {},
    }
    _write(releases / f"{new.digest}.registry.json", registry)
    flip(home, new.digest)
    return new.digest


def rollback(home: Path, digest: str | None = None) -> str:
    """Serve an earlier release again: the one before the current, or the one whose digest begins with `digest`.

    Raises:
        PublishError: there is no such release.
    """
    now = current_release(home)
    known = sorted((home / "releases").glob("*/manifest.json"), key=lambda path: path.parent.stat().st_mtime)
    names = [path.parent.name for path in known if path.parent.name != CURRENT]
    wanted = [name for name in names if name.startswith(digest)] if digest else _published_before(home, now, names)
    if len(wanted) != 1:
        raise PublishError(f"no single release to go back to among {[name[:12] for name in names]}")
    _decide(home, "rolled back", wanted[0], now.name if now else None, "asked by the operator", False)
    flip(home, wanted[0])
    return wanted[0]


def current_release(home: Path) -> Path | None:
    """Folder of the release in operation, if there is one."""
    link = home / "releases" / CURRENT
    return link.resolve() if link.is_symlink() and link.exists() else None


def flip(home: Path, digest: str) -> None:
    """Point `current` to a release in one step: a reader sees the old one or the new one, never none."""
    link = home / "releases" / CURRENT
    partial = link.with_name(f"{CURRENT}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    partial.symlink_to(digest, target_is_directory=True)
    partial.replace(link)


def match_events(new: Path, current: Path) -> dict[str, str]:
    """New id to kept id, for events of one client and mode that overlap a released one, each used once."""
    columns = ["event_id", "client_id", "mode", "class", "start", "end"]
    fresh = frames.read(new / "events.parquet", "events")[columns]
    known = frames.read(current / "events.parquet", "events")[columns]
    registry = current.with_name(f"{current.name}.registry.json")
    kept = json.loads(registry.read_text(encoding="utf-8"))["event_ids"] if registry.is_file() else {}
    pairs = fresh.merge(known, on=["client_id", "mode", "class"], suffixes=("", "_known"))
    end, end_known = pairs["end"].fillna(FOREVER), pairs["end_known"].fillna(FOREVER)
    first, last = pairs["start"].combine(pairs["start_known"], max), end.combine(end_known, min)
    pairs["overlap"] = (last - first).dt.total_seconds()
    pairs = pairs[pairs["overlap"] > 0].sort_values(
        ["overlap", "event_id", "event_id_known"], ascending=[False, True, True]
    )
    matched: dict[str, str] = {}
    used: set[str] = set()
    for row in pairs.itertuples():
        if row.event_id not in matched and row.event_id_known not in used:
            matched[str(row.event_id)] = kept.get(str(row.event_id_known), str(row.event_id_known))
            used.add(str(row.event_id_known))
    return {fresh_id: known_id for fresh_id, known_id in sorted(matched.items()) if fresh_id != known_id}


FOREVER = pd.Timestamp("2200-01-01", tz="UTC")


def _register(
    folder: Path, new: Summary, tracker: Tracker, data: list[ClientData], params: Params
) -> dict[str, dict[str, str]]:
    """A registry version a client with the alias `champion`; nothing of it enters the release itself."""
    runs = tracker.runs_by_client_family(data, params)
    versions = {}
    for client, family in new.families.items():
        run = runs.get((client, family))
        if run is None:
            raise PublishError(f"no MLflow run of client {client}, family {family}: run the stage `train` again")
        model = folder / "models" / quote(client, safe="")
        tags = {"release": new.digest, "family": family, "wape_day": f"{new.wape.get(client, np.nan):.6f}"}
        version = register(tracker, client, model, run, params, tags)
        set_alias(tracker, client, "champion", version.version)
        versions[client] = vars(version)
    return versions


def _copy(release: Path, target: Path) -> None:
    if target.is_dir():
        return
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(release, partial)
    partial.replace(target)


def _published_before(home: Path, now: Path | None, names: list[str]) -> list[str]:
    """The last published release before the current one that is still there."""
    path = home / "decisions.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
    order = [line["release"] for line in lines if line["decision"] != "refused" and line["release"] in names]
    earlier = [name for name in order if now is None or name != now.name]
    return earlier[-1:]


def _decide(home: Path, decision: str, digest: str, current: str | None, reason: str, forced: bool) -> None:
    line = {
        "at": pd.Timestamp.now("UTC").isoformat(timespec="seconds"),
        "decision": decision,
        "release": digest,
        "current": current,
        "reason": reason,
        "forced": forced,
    }
    home.mkdir(parents=True, exist_ok=True)
    with (home / "decisions.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _write(path: Path, content: object) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")
    partial.replace(path)
