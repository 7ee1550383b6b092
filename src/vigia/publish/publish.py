"""Bringing a release folder into operation."""

import logging
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from vigia import frames
from vigia.alarming.kept_ids import match
from vigia.config import Params
from vigia.errors import PublishError, ReleaseError, TrackingError, VigiaError
from vigia.lock import WAIT_SECONDS
from vigia.publish.decisions import decide, made
from vigia.publish.evaluation import evaluation_of
from vigia.publish.gate import Summary, gate
from vigia.publish.operation import change, linked_release, operating
from vigia.publish.registry import move_aliases, move_challenger, register_models, write_registry
from vigia.publish.runs import runs_of
from vigia.release import Release
from vigia.release.layout import read_registry, verify
from vigia.tracking import Evaluation, Tracker, decided, log_evaluation
from vigia.train import Trained

log = logging.getLogger(__name__)


def publish(
    release: Path,
    var: Path,
    params: Params,
    tracker: Tracker,
    trained: Trained,
    force: bool = False,
    wait_seconds: float = WAIT_SECONDS,
) -> str:
    """Bring a release folder into operation; returns its digest.

    All that can fail comes before the flip, but for the aliases in the registry, which follow it. The copy in operation
    is verified, and loaded as the service loads it. What was killed or ran out of disk goes on when it is called again:
    what is there already, copies and versions in the registry, is not made twice.

    Args:
        release: folder written by the stage `release`.
        var: root of operation.
        params: all parameters; the fleet's name is the folder below `var`.
        tracker: registry and runs.
        trained: what the stage `train` left; its keys find the runs, and those that are missing are made of it.
        force: publish in spite of the gate; the reasons are still written down.
        wait_seconds: for another one to end.

    Raises:
        PublishError: the gate says no, or the release was made from another training. Nothing in operation has changed
            then. What the gate refuses is in the list of decisions and, where MLflow answers, in its registry.
        ReleaseError: the release is damaged.
        LockedError: another process is publishing or going back.
        TrackingError: MLflow did not answer.
    """
    home = var / params.fleet.name
    (home / "releases").mkdir(parents=True, exist_ok=True)
    with operating(home, "publishing", wait_seconds):
        return _publish(release, home, params, tracker, trained, force)


def _publish(release: Path, home: Path, params: Params, tracker: Tracker, trained: Trained, force: bool) -> str:
    new, before = Summary.of(release), linked_release(home)
    folder = None if before is None else home / "releases" / before
    if before == new.digest and (models := read_registry(home / "releases" / new.digest).get("models")):
        _copy(release, home / "releases" / new.digest, new.digest)
        _follow(home, models, tracker, new.digest)
        return new.digest
    current, against = _compared(folder)
    against += gate(new, current, params)
    reason = "; ".join(against) or ("first release" if folder is None else "better or equal within the limits")
    evaluation = evaluation_of(release, folder if current else None, params)
    if against and not force:
        decide(home, "refused", new.digest, before, reason)
        _note(tracker, evaluation, "refused", reason)
        _challenge(release, home, new, tracker, trained, params, against)
        raise PublishError(f"the gate refused release {new.digest[:12]}: {reason}")
    runs = runs_of(release, new, tracker, trained, params)
    log_evaluation(tracker, evaluation)
    target = home / "releases" / new.digest
    _copy(release, target, new.digest)
    models = register_models(target, new, runs, tracker, params)
    write_registry(target, models, {} if folder is None or current is None else _kept_ids(target, folder))
    if before != new.digest:
        change(home, made("published", new.digest, before, reason, force))
    _note(tracker, evaluation, "published by force" if against else "published", reason)
    _follow(home, models, tracker, new.digest)
    return new.digest


def _note(tracker: Tracker, evaluation: Evaluation, decision: str, reason: str) -> None:
    """Write a decision on its evaluation in MLflow; it stands whether MLflow answers or not."""
    try:
        log_evaluation(tracker, evaluation)
        decided(tracker, evaluation.release, decision, reason)
    except TrackingError as error:
        log.warning("%s is not noted in MLflow: %s", decision, error)


def _challenge(
    release: Path,
    home: Path,
    new: Summary,
    tracker: Tracker,
    trained: Trained,
    params: Params,
    against: Sequence[str],
) -> None:
    """Register the models of a refused release as challengers; the refusal stands whether that can be done or not."""
    folder = home / "releases" / new.digest
    try:
        runs = runs_of(release, new, tracker, trained, params)
        models = register_models(release, new, runs, tracker, params, against)
        write_registry(folder, models, read_registry(folder).get("event_ids", {}))
        move_challenger(home, tracker)
    except (VigiaError, OSError) as error:
        log.warning("release %s is refused, and is no challenger in MLflow: %s", new.digest[:12], error)


def _kept_ids(new: Path, current: Path) -> dict[str, str]:
    """Id that each event of a release goes by; those in operation go by the ids with which they came there."""
    events, known = (frames.read(folder / "events.parquet", "events") for folder in (new, current))
    kept = read_registry(current).get("event_ids", {})
    return match(events, known.assign(event_id=[kept.get(event, event) for event in known["event_id"]]))


def _compared(folder: Path | None) -> tuple[Summary | None, list[str]]:
    """The release in operation, and what speaks against publishing where it cannot be read."""
    if folder is None:
        return None, []
    try:
        verify(folder)
        return Summary.of(folder), []
    except (VigiaError, OSError) as error:
        return None, [f"the release in operation is damaged and nothing can be compared with it ({error})"]


def _follow(home: Path, models: Mapping[str, object], tracker: Tracker, digest: str) -> None:
    if not models:
        return
    try:
        move_aliases(home, tracker)
    except TrackingError as error:
        raise TrackingError(
            f"release {digest[:12]} is in operation, but the aliases `champion` and `challenger` were not moved: "
            f"{error}; `vigia publish` tries it again"
        ) from error


def _copy(release: Path, target: Path, digest: str) -> None:
    """A whole copy of the release at `target`, which gets its name when it has been verified and loaded.

    One that is there and whole is left; a damaged one is replaced.
    """
    if _is_whole(target, digest):
        return
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        shutil.copytree(release, partial)
        if verify(partial)["digest"] != digest:
            raise ReleaseError(f"{release} has changed while it was copied")
        _load(partial, release)
        if target.exists():
            target.replace(target.with_name(f"{target.name}.damaged.partial"))
        partial.replace(target)
    finally:
        for left in target.parent.glob(f"{target.name}*.partial"):
            shutil.rmtree(left, ignore_errors=True)


def _load(folder: Path, release: Path) -> None:
    """Load a copy as the service does."""
    try:
        Release.load(folder)
    except OSError:
        raise
    except Exception as error:
        raise ReleaseError(f"{release} cannot be loaded as the service would load it: {error}") from error


def _is_whole(folder: Path, digest: str) -> bool:
    try:
        return bool(verify(folder)["digest"] == digest)
    except (ReleaseError, OSError):
        return False
