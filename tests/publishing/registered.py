"""A whole release whose models are registered, without the way through the gate."""

from tests.support.tiny_release import TinyRelease
from vigia.config import load_params
from vigia.publish.gate import Summary
from vigia.publish.registry import CHAMPION, register_models
from vigia.tracking import Tracker, move_alias


def registered(release: TinyRelease, tracker: Tracker) -> dict[str, dict[str, str]]:
    """Register the models of a release to new runs, and call them champions."""
    params = load_params(release.folder / "params.yaml")
    summary = Summary.of(release.folder)
    runs = {client: tracker.start(client, {"client_id": client}) for client in summary.families}
    for run in runs.values():
        tracker.client.set_terminated(run)
    models = register_models(release.folder, summary, runs, tracker, params)
    move_alias(tracker, CHAMPION, {client: model["version"] for client, model in models.items()})
    return models
