"""Bringing a release folder into operation."""

import shutil
from pathlib import Path

from vigia import frames
from vigia.config import Params
from vigia.errors import PublishError
from vigia.publish.decisions import decide
from vigia.publish.gate import Summary, gate
from vigia.publish.kept_ids import match_events
from vigia.publish.operation import current_release, flip
from vigia.publish.registry import move_champion, register_models, write_registry
from vigia.tracking import Tracker
from vigia.train import Trained


def publish(release: Path, var: Path, params: Params, tracker: Tracker, trained: Trained, force: bool = False) -> str:
    """Bring a release folder into operation; returns its digest.

    All that can fail comes before the flip, but for the aliases in the registry, which follow it.

    Args:
        release: folder written by the stage `release`.
        var: root of operation.
        params: all parameters; the fleet's name is the folder below `var`.
        tracker: registry and runs.
        trained: what the stage `train` left; its keys find the runs.
        force: publish in spite of the gate; the reasons are still written down.

    Raises:
        PublishError: the gate says no, the release was made from another training, or MLflow has no run of it.
            Nothing has changed then but the list of decisions.
        TrackingError: MLflow did not answer.
    """
    home = var / params.fleet.name
    releases = home / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    new = Summary.of(release)
    folder = current_release(home)
    current = Summary.of(folder) if folder is not None else None
    if current is not None and current.digest == new.digest:
        return new.digest
    before = None if current is None else current.digest
    against = gate(new, current, params)
    reason = "; ".join(against) or ("first release" if current is None else "better or equal within the limits")
    if against and not force:
        decide(home, "refused", new.digest, before, reason)
        raise PublishError(f"the gate refused release {new.digest[:12]}: {reason}")
    runs = _runs(release, new, tracker, trained, params)
    target = releases / new.digest
    _copy(release, target)
    models = register_models(target, new, runs, tracker, params)
    write_registry(target, models, match_events(target, folder) if folder is not None else {})
    decide(home, "published", new.digest, before, reason, force)
    flip(home, new.digest)
    move_champion(home, tracker)
    return new.digest


def _runs(release: Path, new: Summary, tracker: Tracker, trained: Trained, params: Params) -> dict[str, str]:
    """Run of each client's chosen family."""
    table = trained.table(params.splits.block_days)
    if not table.equals(frames.read(release / "candidates.parquet", "candidates")):
        raise PublishError(
            f"{release} was made from another training than what is kept of it now, so its runs cannot be found: "
            "run `dvc repro`"
        )
    runs = tracker.runs_by_client_family(trained.keys, params)
    missing = [f"{client} ({family})" for client, family in new.families.items() if (client, family) not in runs]
    if missing:
        raise PublishError(
            f"MLflow has no run of {', '.join(missing)}: `dvc repro --single-item --force train` logs the runs, and "
            "fits nothing again that still holds"
        )
    return {client: runs[client, family] for client, family in new.families.items()}


def _copy(release: Path, target: Path) -> None:
    if target.is_dir():
        return
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(release, partial)
    partial.replace(target)
