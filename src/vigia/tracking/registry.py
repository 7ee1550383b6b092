"""Released models in the MLflow registry: one registered model a client, `<fleet>.<client>`."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlflow import pyfunc
from mlflow.entities import LoggedModel, LoggedModelOutput, LoggedModelStatus
from mlflow.entities.model_registry import ModelVersion
from mlflow.models import Model
from mlflow.utils.mlflow_tags import MLFLOW_MODEL_VERSIONS

from vigia import __version__, frames
from vigia.models.loading import load
from vigia.outlook.offsets import Offsets
from vigia.outlook.pyfunc import Site, save
from vigia.tracking import carried
from vigia.tracking.runs import Tracker, answered
from vigia.tracking.signature import made_up_readings, signature

RELEASE = "release"
"""Tag of a version: the digest of the release that it belongs to."""
MODEL_TYPE = "forecaster"
LOGGED = "models:/"
"""How the source of a version begins that is a logged model."""


@dataclass(frozen=True)
class Released:
    """The model of a client, as a release has it.

    Attributes:
        folder: with the saved forecaster.
        site: what it needs to forecast beside that.
        offsets: of its bands, by level.
        family: of the forecaster.
        run_id: of its training.
        tags: of its version and of the model logged to the run; `RELEASE` is the digest of the release.
        description: for people.
    """

    folder: Path
    site: Site
    offsets: Mapping[float, Offsets]
    family: str
    run_id: str
    tags: Mapping[str, str]
    description: str


@dataclass(frozen=True)
class RegisteredVersion:
    """A version of a registered model and the run that it came from."""

    name: str
    version: str
    run_id: str


@answered()
def register(tracker: Tracker, model: Released) -> RegisteredVersion:
    """Log a released model to its run as an MLflow model and register that as a new version.

    It holds all that it needs to be loaded anywhere (`carried`): the forecaster, also one that clients share, its
    bands, its code, and the libraries in their versions, for which MLflow would look some ten seconds a model. A
    version is never changed but for its tags: each release has a logged model of its own, one that a killed process had
    begun is ended, and a version that is there already is returned.

    Raises:
        TrackingError: MLflow did not answer.
    """
    name = model_name(tracker.fleet, model.site.client_id)
    found = _versions(tracker, name)
    known = [each for each in found if each.tags.get(RELEASE) == model.tags[RELEASE] and each.run_id == model.run_id]
    if known:
        first = min(known, key=lambda each: int(each.version))
        for tag in model.tags.items() - first.tags.items():
            tracker.client.set_model_version_tag(name, str(first.version), *tag)
        _link(tracker, first)
        return RegisteredVersion(name, str(first.version), model.run_id)
    logged = _logged(tracker, model)
    if not tracker.client.search_registered_models(f"name = '{name}'"):
        tracker.client.create_registered_model(name, description=_about(tracker.fleet, model.site.client_id))
    version = tracker.client.create_model_version(
        name,
        f"{LOGGED}{logged}",
        run_id=model.run_id,
        tags=dict(model.tags),
        description=model.description,
        model_id=logged,
    )
    _link(tracker, version)
    return RegisteredVersion(name, str(version.version), model.run_id)


def _link(tracker: Tracker, version: ModelVersion) -> None:
    """Say on the logged model of a version that it is this one, as MLflow itself does where it registers."""
    if version.source.startswith(LOGGED):
        link = json.dumps([{"name": version.name, "version": str(version.version)}])
        tracker.client.set_logged_model_tags(version.source.removeprefix(LOGGED), {MLFLOW_MODEL_VERSIONS: link})


def _logged(tracker: Tracker, model: Released) -> str:
    """Id of the logged model of a run and release, whole and linked to the run."""
    client = tracker.client
    query = f"source_run_id = '{model.run_id}' AND tags.{RELEASE} = '{model.tags[RELEASE]}'"
    found = client.search_logged_models([tracker.experiment], query)
    run = client.get_run(model.run_id)
    logged: LoggedModel = (
        found[0]
        if found
        else client.create_logged_model(
            tracker.experiment,
            model.family,
            model.run_id,
            {**model.tags, "client_id": model.site.client_id, "vigia_version": __version__},
            run.data.params,
            MODEL_TYPE,
        )
    )
    linked = {each.model_id for each in run.outputs.model_outputs} if run.outputs else set()
    if logged.model_id not in linked:
        client.log_outputs(model.run_id, [LoggedModelOutput(logged.model_id, 0)])
    if logged.status != LoggedModelStatus.READY:
        with tempfile.TemporaryDirectory() as scratch:
            _save(Path(scratch), model, logged)
            client.log_model_artifacts(logged.model_id, str(Path(scratch) / "model"))
        client.finalize_logged_model(logged.model_id, LoggedModelStatus.READY)
    return str(logged.model_id)


def _save(scratch: Path, model: Released, logged: LoggedModel) -> None:
    """Write `scratch/model` in MLflow's form."""
    forecaster = load(model.folder)
    save(scratch / "data", forecaster, model.site, model.offsets)
    pyfunc.save_model(
        scratch / "model",
        loader_module=carried.loader(),
        data_path=str(scratch / "data"),
        code_paths=[str(carried.write(scratch / "code"))],
        pip_requirements=carried.requirements(scratch / "data"),
        signature=signature(model.site.level),
        input_example=made_up_readings(forecaster.history_days),
        mlflow_model=Model(
            artifact_path=logged.artifact_location,
            model_uuid=logged.model_id,
            model_id=logged.model_id,
            run_id=model.run_id,
        ),
    )


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


@answered()
def describe(tracker: Tracker, versions: Mapping[str, str]) -> None:
    """Say on each client's registered model which version is in operation.

    Args:
        tracker: of the fleet.
        versions: by client.

    Raises:
        TrackingError: MLflow did not answer, or a version is not there.
    """
    for client, version in versions.items():
        name = model_name(tracker.fleet, client)
        told = tracker.client.get_model_version(name, version).description
        text = f"{_about(tracker.fleet, client)}\n\nIn operation: version {version}. {told or ''}".rstrip()
        if tracker.client.get_registered_model(name).description != text:
            tracker.client.update_registered_model(name, text)


def _about(fleet: str, client_id: str) -> str:
    return f"Hourly active energy of client {client_id}, fleet {fleet}: readings in, coming days with their bands out."
