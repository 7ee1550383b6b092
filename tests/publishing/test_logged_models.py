"""What MLflow shows of a released model: a logged model of its run, and what people read of it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.publishing.operation import Operation
from vigia.release.layout import read_registry

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*type hint is inferred:UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]


def published(operation: Operation) -> dict[str, dict[str, str]]:
    digest = operation.publish(operation.release("first", ["1", "2"]))
    models: dict[str, dict[str, str]] = read_registry(operation.home / "releases" / digest)["models"]
    return models


def test_a_version_is_the_logged_model_of_the_run_that_trained_it(operation: Operation) -> None:
    client = operation.tracker.client
    for client_id, model in published(operation).items():
        version = client.get_model_version(model["name"], model["version"])
        logged = client.get_logged_model(version.source.removeprefix("models:/"))
        link = {"name": version.name, "version": str(version.version)}
        assert json.loads(logged.tags["mlflow.modelVersions"]) == [link]
        assert version.run_id == model["run_id"]
        assert (logged.status, logged.source_run_id, logged.name) == ("READY", model["run_id"], "seasonal")
        assert (logged.tags["client_id"], logged.tags["release"]) == (client_id, version.tags["release"])
        assert [each.model_id for each in client.get_run(model["run_id"]).outputs.model_outputs] == [logged.model_id]


@pytest.mark.parametrize(
    "killed_at", ["log_outputs", "log_model_artifacts", "finalize_logged_model", "create_model_version"]
)
def test_a_logged_model_that_a_killed_publish_had_begun_is_ended_and_never_doubled(
    operation: Operation, monkeypatch: pytest.MonkeyPatch, killed_at: str
) -> None:
    release, client = operation.release("first", ["1"]), operation.tracker.client

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(client, killed_at, killed)
        with pytest.raises(KeyboardInterrupt):
            operation.publish(release)
    operation.publish(release)
    (logged,) = client.search_logged_models([operation.tracker.experiment])
    assert logged.status == "READY"
    assert [each.model_id for each in client.get_run(logged.source_run_id).outputs.model_outputs] == [logged.model_id]
    (version,) = client.search_model_versions()
    assert (version.source, version.version) == (f"models:/{logged.model_id}", 1)


def test_people_read_family_error_and_release_of_the_version_and_of_the_model_in_operation(
    operation: Operation,
) -> None:
    client = operation.tracker.client
    first = operation.publish(operation.release("first", ["1"]))
    told = f"Family seasonal, daily WAPE 10.0% on the test slice, release {first[:12]}."
    assert client.get_model_version("tiny.1", "1").description == told
    assert client.get_registered_model("tiny.1").description.endswith(f"In operation: version 1. {told}")
    second = operation.publish(operation.release("second", ["1", "2"]))
    assert client.get_registered_model("tiny.1").description.endswith(f"release {second[:12]}.")


def test_the_database_says_nothing_of_the_folder_in_which_artifacts_are(operation: Operation, tmp_path: Path) -> None:
    published(operation)
    address = operation.tracker.client.get_model_version_download_uri("tiny.1", "1")
    assert address.startswith("mlflow-artifacts:/tiny/models/m-")
    assert (tmp_path / "artifacts" / address.removeprefix("mlflow-artifacts:/") / "MLmodel").is_file()
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection:
        lines = [line for line in connection.iterdump() if tmp_path.as_posix() in line]
    assert lines == []
