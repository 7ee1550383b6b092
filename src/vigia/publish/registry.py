"""Models of releases in the MLflow registry: a version a client and release, and what they are to operation.

`champion` stands on the models that are served, `challenger` on those of the release that the gate refused last beside
them.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vigia import frames
from vigia.config import Params
from vigia.errors import PublishError
from vigia.outlook.offsets import latest_offsets
from vigia.outlook.pyfunc import Site
from vigia.publish import decisions
from vigia.publish.gate import NOMINAL, Summary
from vigia.publish.operation import linked_release
from vigia.release.layout import read_registry, registry_file
from vigia.tracking import RELEASE, Released, Tracker, describe, move_alias, register

CHAMPION = "champion"
CHALLENGER = "challenger"
GATE_REASONS = "gate_reasons"
"""Tag of a version that the gate refused: what spoke against its release."""
BASIS = "as_measured"
"""What a registered model forecasts: what will be consumed."""


def register_models(
    folder: Path,
    summary: Summary,
    runs: Mapping[str, str],
    tracker: Tracker,
    params: Params,
    against: Sequence[str] = (),
) -> dict[str, dict[str, str]]:
    """Register the model of each client as a version of its run; nothing of it enters the release itself.

    A version that the release has already is taken as it is. A client without a model has none.

    Args:
        folder: the release.
        summary: of the release.
        runs: run id by client.
        tracker: of the fleet.
        params: all parameters.
        against: what the gate says against the release, where it was refused.

    Returns:
        Name, version and run id by client.

    Raises:
        TrackingError: MLflow did not answer.
    """
    rows = {row["client_id"]: row for row in frames.read(folder / "clients.parquet", "clients").to_dict("records")}
    bands = frames.read_part(folder / "thresholds.parquet", "thresholds", _past_only)
    versions = {}
    for client, family in summary.families.items():
        if not summary.has_model.get(client, False):
            continue
        wape = summary.wape.get(client, np.nan)
        tags = {RELEASE: summary.digest, "family": family, "wape_day": f"{wape:.6f}"}
        mine = bands[bands["client_id"] == client]
        told = "unknown" if np.isnan(wape) else f"{wape:.1%}"
        model = Released(
            folder / "models" / frames.client_folder(client),
            _site(client, rows[client], params),
            {level: latest_offsets(mine, BASIS, level) for level in params.calibrate.levels},
            family,
            runs[client],
            {**tags, GATE_REASONS: "; ".join(against)} if against else tags,
            f"Family {family}, daily WAPE {told} on the test slice, release {summary.digest[:12]}.",
        )
        versions[client] = vars(register(tracker, model))
    return versions


def _past_only(thresholds: pd.DataFrame) -> pd.DataFrame:
    return thresholds[(thresholds["basis"] == BASIS) & (thresholds["mode"] == "past_only")]


def _site(client: str, row: Mapping[Any, Any], params: Params) -> Site:
    levels = params.calibrate.levels
    level = NOMINAL if NOMINAL in levels else levels[0]
    allowed = row.get("export_allowed")
    export = bool(allowed) if pd.notna(allowed) else False
    return Site(client, params.fleet.timezone, params.fleet.country, export, level)


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


def move_aliases(home: Path, tracker: Tracker) -> None:
    """Point `champion` and `challenger` of each client to its version in the served and in the refused release.

    Clients that such a release does not have lose the alias. Both follow from what is served and from the decisions, so
    they go back with a rollback.

    Raises:
        PublishError: no release is served, or it was never registered.
        TrackingError: MLflow did not answer; some aliases may have moved.
    """
    served = linked_release(home)
    champions = {} if served is None else _versions(home, served)
    if not champions:
        raise PublishError(f"{home} serves no release whose models were registered")
    move_alias(tracker, CHAMPION, champions)
    move_challenger(home, tracker)
    describe(tracker, champions)


def move_challenger(home: Path, tracker: Tracker) -> None:
    """Point `challenger` to the models of the release that the gate refused last beside the one that is served.

    Raises:
        TrackingError: MLflow did not answer; some aliases may have moved.
    """
    refused = decisions.challenger(decisions.read(home), linked_release(home))
    move_alias(tracker, CHALLENGER, {} if refused is None else _versions(home, refused))


def _versions(home: Path, digest: str) -> dict[str, str]:
    """Version by client of a release, as far as it was registered."""
    models = read_registry(home / "releases" / digest).get("models", {})
    return {client: str(model["version"]) for client, model in models.items()}
