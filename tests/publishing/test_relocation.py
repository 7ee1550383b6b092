"""A checkout that was copied with its database and artifacts works by itself and leaves the original alone."""

import multiprocessing
import os
import shutil
from pathlib import Path

import mlflow
import pytest

from tests.publishing.operation import Operation
from tests.support.bare_release import FLEET
from vigia.config import Params
from vigia.config.settings import Tracking
from vigia.tracking import Tracker

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*type hint is inferred:UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]

RELATIVE = Tracking(uri="sqlite:///var/mlflow.db", artifacts="var/mlartifacts")


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def publish_in(folder: Path, params: Params) -> None:
    """Publish a first release in a folder; in a process of its own, because MLflow remembers where runs are kept."""
    os.chdir(folder)
    operation = Operation(Path(), Tracker(RELATIVE, FLEET), params)
    release = operation.release("first", ["1"])
    operation.log(release[2])
    operation.publish(release)


def test_a_copied_folder_publishes_and_reads_models_of_its_own(
    tmp_path: Path, empty_mlflow: Path, params: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, copy = tmp_path / "original", tmp_path / "a copy"
    (original / "var").mkdir(parents=True)
    shutil.copy(empty_mlflow, original / "var" / "mlflow.db")
    process = multiprocessing.get_context("spawn").Process(target=publish_in, args=(original, params))
    process.start()
    process.join(120)
    assert process.exitcode == 0
    shutil.copytree(original, copy, symlinks=True)
    before = files(original)
    shutil.rmtree(original / "var" / "mlartifacts" / FLEET)

    monkeypatch.chdir(copy)
    second = Operation(Path(), Tracker(RELATIVE, FLEET), params)
    model = mlflow.pyfunc.load_model(f"models:/{FLEET}.1@champion")
    assert model.metadata.signature is not None
    other = second.release("second", ["1"], [("e", 0, 5)])
    second.publish(other)
    assert second.champions() == {f"{FLEET}.1": other[1]}
    versions = second.tracker.client.search_model_versions()
    assert all(version.source.startswith((copy / "var" / "mlartifacts").as_uri()) for version in versions)
    assert not (original / "var" / "mlartifacts" / FLEET).exists()
    assert any(name.startswith(f"var/mlartifacts/{FLEET}/") for name in before)


@pytest.mark.parametrize("artifacts", ["elsewhere", "absolute"])
def test_artifacts_that_were_put_elsewhere_by_choice_stay_there(
    tmp_path: Path, empty_mlflow: Path, monkeypatch: pytest.MonkeyPatch, artifacts: str
) -> None:
    (tmp_path / "var").mkdir()
    shutil.copy(empty_mlflow, tmp_path / "var" / "mlflow.db")
    monkeypatch.chdir(tmp_path)
    place = str(tmp_path / "absolute") if artifacts == "absolute" else artifacts
    made = Tracker(Tracking(uri=RELATIVE.uri, artifacts=place), FLEET)
    address = made.client.get_experiment(made.experiment).artifact_location
    again = Tracker(RELATIVE, FLEET)
    assert again.client.get_experiment(again.experiment).artifact_location == address
