"""Models of releases in the MLflow registry: a version a client and release, `champion` on those that are served."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vigia import frames
from vigia.config import Params
from vigia.errors import PublishError
from vigia.publish.gate import Summary
from vigia.publish.operation import current_release
from vigia.release.layout import read_registry, registry_file
from vigia.tracking import RELEASE, Tracker, move_alias, register

CHAMPION = "champion"


def register_models(
    folder: Path, summary: Summary, runs: Mapping[str, str], tracker: Tracker, params: Params
) -> dict[str, dict[str, str]]:
    """Register the model of each client as a version of its run; nothing of it enters the release itself.

    A version that the release has already is taken as it is.

    Args:
        folder: the release.
        summary: of the release.
        runs: run id by client.
        tracker: of the fleet.
        params: all parameters.

    Returns:
        Name, version and run id by client.

    Raises:
        TrackingError: MLflow did not answer.
    """
    versions = {}
    for client, family in summary.families.items():
        model = folder / "models" / frames.client_folder(client)
        tags = {RELEASE: summary.digest, "family": family, "wape_day": f"{summary.wape.get(client, np.nan):.6f}"}
        versions[client] = vars(register(tracker, client, model, runs[client], params, tags))
    return versions


def write_registry(folder: Path, models: Mapping[str, Mapping[str, str]], event_ids: Mapping[str, str]) -> None:
    """Write the registry file of a release, in one step."""
    content: dict[str, Any] = {"models": models, "event_ids": event_ids}
    path = registry_file(folder)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=1, sort_keys=True))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def move_champion(home: Path, tracker: Tracker) -> None:
    """Point `champion` of each client to its version in the served release; clients that it does not have lose it.

    Raises:
        PublishError: no release is served, or it was never registered.
        TrackingError: MLflow did not answer; some aliases may have moved.
    """
    folder = current_release(home)
    models = {} if folder is None else read_registry(folder).get("models", {})
    if not models:
        raise PublishError(f"{home} serves no release whose models were registered")
    move_alias(tracker, CHAMPION, {client: str(model["version"]) for client, model in models.items()})
