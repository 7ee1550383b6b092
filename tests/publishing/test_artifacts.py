"""Artifacts of the own database are found without a server, also by whoever asks MLflow alone; others are not."""

import os
import subprocess
import sys
from pathlib import Path

import mlflow
import pytest

from tests.publishing.operation import Operation
from tests.support.bare_release import FLEET
from vigia.config.settings import Tracking
from vigia.tracking import Tracker, artifacts

ROOT = Path(__file__).parents[2]
ASK = f"""
import warnings
warnings.simplefilter("error", UserWarning)
import mlflow
mlflow.set_tracking_uri("sqlite:///mlflow.db")
print(mlflow.artifacts.load_text("mlflow-artifacts:/{FLEET}/kept.txt"))
"""


def test_whoever_asks_mlflow_alone_in_a_checkout_finds_them_where_vigia_is_installed(
    operation: Operation, tmp_path: Path
) -> None:
    (tmp_path / "artifacts" / FLEET).mkdir(parents=True)
    (tmp_path / "artifacts" / FLEET / "kept.txt").write_text("kept")
    installed = tmp_path / "installed" / "vigia_energia-0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: vigia-energia\nVersion: 0\n")
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[project.entry-points.", 1)[1]
    point = declared.split("]\n", 1)[1].split("\n", 1)[0].replace('"', "")
    (installed / "entry_points.txt").write_text(f"[mlflow.artifact_repository]\n{point}\n")
    paths = [str(installed.parent), str(ROOT / "src")]
    settings = {"VIGIA_TRACKING_URI": "sqlite:///mlflow.db", "VIGIA_TRACKING_ARTIFACTS": "artifacts"}
    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env={**os.environ, **settings, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (asked.returncode, asked.stdout.strip()) == (0, "kept"), asked.stderr[-2000:]


def test_those_of_two_databases_are_told_apart_and_those_of_a_third_are_refused_with_a_sentence(
    tracking: Tracking, empty_mlflow: Path, tmp_path: Path
) -> None:
    trackers = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mlflow.db").write_bytes(empty_mlflow.read_bytes())
        settings = Tracking(uri=f"sqlite:///{tmp_path}/{name}/mlflow.db", artifacts=str(tmp_path / name / "kept"))
        trackers.append((name, Tracker(settings, FLEET)))
    for name, tracker in [*trackers, *trackers]:
        run = tracker.start(name, {})
        tracker.client.log_text(run, name, "said.txt")
        assert (tmp_path / name / "kept" / FLEET / run / "artifacts" / "said.txt").read_text() == name
    with pytest.raises(mlflow.MlflowException, match="the tracking URI must be a valid http or https URI"):
        artifacts.repository("mlflow-artifacts:/tiny", "sqlite:///third.db")


def test_over_http_they_are_asked_of_the_server() -> None:
    found = artifacts.repository("mlflow-artifacts:/tiny/run", "http://127.0.0.1:5")
    assert found.artifact_uri == "http://127.0.0.1:5/api/2.0/mlflow-artifacts/artifacts/tiny/run"


def test_an_address_of_the_settings_is_kept_as_it_is(tmp_path: Path, empty_mlflow: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(empty_mlflow.read_bytes())
    tracker = Tracker(Tracking(uri=f"sqlite:///{tmp_path}/mlflow.db", artifacts="s3://bucket/kept/"), FLEET)
    assert tracker.client.get_experiment(tracker.experiment).artifact_location == f"s3://bucket/kept/{FLEET}"
