"""Released models in the MLflow registry: one registered model a client, `<fleet>.<client>`."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from mlflow.entities.model_registry import ModelVersion
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema

from vigia import __version__, frames
from vigia.config import Params
from vigia.models.loading import load
from vigia.tracking.runs import Tracker, answered

RELEASE = "release"
"""Tag of a version: the digest of the release that it belongs to."""
SIGNATURE = ModelSignature(
    inputs=Schema([ColSpec("string", "timestamp"), ColSpec("double", "active_energy_kwh")]),
    outputs=Schema([ColSpec("string", "timestamp"), ColSpec("double", "forecast_kwh")]),
)


@dataclass(frozen=True)
class RegisteredVersion:
    """A version of a registered model and the run that it came from."""

    name: str
    version: str
    run_id: str


@answered()
def register(
    tracker: Tracker, client_id: str, model_folder: Path, run_id: str, params: Params, tags: Mapping[str, str]
) -> RegisteredVersion:
    """Log a released model folder to its run as an MLflow model and register it as a new version.

    The model has a signature and a made-up input example; requirements are given, because looking for them
    takes MLflow some ten seconds a model. It holds all that it needs, the model that clients share too. A version is
    never changed: each release has a folder of its own in the run, and a version that it has already is returned.

    Args:
        tracker: of the fleet.
        client_id: whose model it is.
        model_folder: in the release.
        run_id: of its training.
        params: all parameters.
        tags: of the version; `RELEASE` is the digest of the release.

    Raises:
        TrackingError: MLflow did not answer.
    """
    name, place = model_name(tracker.fleet, client_id), f"model/{tags[RELEASE]}"
    found = _versions(tracker, name)
    known = [each for each in found if each.tags.get(RELEASE) == tags[RELEASE] and each.run_id == run_id]
    if known:
        return RegisteredVersion(name, str(min(int(each.version) for each in known)), run_id)
    with tempfile.TemporaryDirectory() as scratch:
        load(model_folder).save(Path(scratch) / "data")
        mlflow.pyfunc.save_model(
            Path(scratch) / "model",
            loader_module="vigia.models.pyfunc",
            data_path=str(Path(scratch) / "data"),
            model_config={"zone": params.fleet.timezone, "country": params.fleet.country},
            signature=SIGNATURE,
            input_example=made_up_readings(),
            pip_requirements=[f"vigia=={__version__}"],
        )
        tracker.client.log_artifacts(run_id, str(Path(scratch) / "model"), place)
    if not tracker.client.search_registered_models(f"name = '{name}'"):
        tracker.client.create_registered_model(name)
    source = f"{tracker.client.get_run(run_id).info.artifact_uri}/{place}"
    version = tracker.client.create_model_version(name, source, run_id=run_id, tags=dict(tags))
    return RegisteredVersion(name, str(version.version), run_id)


@answered()
def move_alias(tracker: Tracker, alias: str, versions: Mapping[str, str]) -> None:
    """Point an alias of each client's model to a version; the fleet's other models lose it.

    Args:
        tracker: of the fleet.
        alias: such as `champion`.
        versions: by client.

    Raises:
        TrackingError: MLflow did not answer, or a version is not there; some aliases may have moved.
    """
    wanted = {model_name(tracker.fleet, client): version for client, version in versions.items()}
    for name, version in wanted.items():
        tracker.client.set_registered_model_alias(name, alias, version)
    for name in _with_alias(tracker, alias) - wanted.keys():
        tracker.client.delete_registered_model_alias(name, alias)


def model_name(fleet: str, client_id: str) -> str:
    """Name of a client's registered model; the fleet's name has no dot, and MLflow refuses `/` and `:`.

    >>> model_name("norte", "MT/001")
    'norte.MT%2F001'
    """
    return f"{fleet}.{frames.client_folder(client_id)}"


def _versions(tracker: Tracker, name: str) -> list[ModelVersion]:
    found: list[ModelVersion] = []
    token = None
    while True:
        page = tracker.client.search_model_versions(f"name = '{name}'", max_results=1000, page_token=token)
        found += page
        token = page.token
        if not token:
            return found


def _with_alias(tracker: Tracker, alias: str) -> set[str]:
    front, found, token = f"{tracker.fleet}.", set(), None
    while True:
        page = tracker.client.search_registered_models(f"name LIKE '{front}%'", max_results=1000, page_token=token)
        found |= {model.name for model in page if model.name.startswith(front) and alias in model.aliases}
        token = page.token
        if not token:
            return found


def made_up_readings(days: int = 35) -> pd.DataFrame:
    """Hourly readings that no meter measured, as the input example of a registered model."""
    stamps = pd.date_range("2024-01-01", periods=24 * days, freq="h", tz="UTC")
    energy = 100 + 40 * np.sin(2 * np.pi * stamps.hour.to_numpy() / 24)
    return pd.DataFrame({"timestamp": [when.isoformat() for when in stamps], "active_energy_kwh": energy})
