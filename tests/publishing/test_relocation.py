"""A checkout that was copied with its database and artifacts works by itself and leaves the original alone.

So it does where an earlier version wrote the database, with addresses of files in it.
"""

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
    assert len(second.tracker.client.search_model_versions()) == 2
    assert not (original / "var" / "mlartifacts" / FLEET).exists()
    now = {name for name in files(copy) if name.startswith(f"var/mlartifacts/{FLEET}/")}
    assert now > {name for name in before if name.startswith(f"var/mlartifacts/{FLEET}/")} > set()


def test_addresses_that_an_earlier_version_wrote_as_files_of_another_folder_are_set_anew(
    tmp_path: Path, empty_mlflow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").mkdir()
    shutil.copy(empty_mlflow, tmp_path / "var" / "mlflow.db")
    monkeypatch.chdir(tmp_path)
    before = Tracker(RELATIVE, "other").client
    experiment = before.create_experiment(FLEET, artifact_location=f"file:///elsewhere/var/mlartifacts/{FLEET}")
    run = before.create_run(experiment).info.run_id
    logged = before.create_logged_model(experiment, "seasonal", run).model_id
    (tmp_path / "var" / "mlartifacts" / FLEET / run / "artifacts").mkdir(parents=True)
    (tmp_path / "var" / "mlartifacts" / FLEET / run / "artifacts" / "kept.txt").write_text("kept")
    client = Tracker(RELATIVE, FLEET).client
    assert client.get_experiment(experiment).artifact_location == f"mlflow-artifacts:/{FLEET}"
    assert mlflow.artifacts.load_text(f"{client.get_run(run).info.artifact_uri}/kept.txt") == "kept"
    assert client.get_logged_model(logged).artifact_location.startswith(f"mlflow-artifacts:/{FLEET}/models/{logged}")
    client.log_text(run, "more", "more.txt")
    assert (tmp_path / "var" / "mlartifacts" / FLEET / run / "artifacts" / "more.txt").read_text() == "more"


@pytest.mark.parametrize("artifacts", ["var/kept", "/kept"], ids=["another folder", "outside"])
def test_files_that_were_put_elsewhere_by_choice_stay_there(
    tmp_path: Path, empty_mlflow: Path, monkeypatch: pytest.MonkeyPatch, artifacts: str
) -> None:
    (tmp_path / "var").mkdir()
    shutil.copy(empty_mlflow, tmp_path / "var" / "mlflow.db")
    monkeypatch.chdir(tmp_path)
    address = f"{(tmp_path / artifacts).as_uri()}/{FLEET}"
    experiment = Tracker(RELATIVE, "other").client.create_experiment(FLEET, artifact_location=address)
    again = Tracker(RELATIVE, FLEET)
    assert (again.experiment, again.client.get_experiment(experiment).artifact_location) == (experiment, address)
