"""The whole way into operation and back: gate, copy, registry, flip, and the alias `champion`."""

import json
import shutil

import mlflow
import numpy as np
import pandas as pd
import pytest

from tests.conftest import hourly_readings
from tests.publishing.operation import Operation
from tests.support.bare_release import bare_training
from vigia.config.settings import Tracking
from vigia.errors import PublishError, ReleaseError, TrackingError
from vigia.publish.operation import rollback
from vigia.publish.publish import publish
from vigia.publish.registry import move_aliases
from vigia.release import Release
from vigia.release.layout import file_digests, release_digest
from vigia.tracking import Tracker, move_alias

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*type hint is inferred:UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]


def test_champion_follows_what_is_served_out_and_back(operation: Operation) -> None:
    first = operation.release("first", ["1", "2"])
    second = operation.release("second", ["1", "3"], [("e", 0, 5)])
    digests = [first[1], second[1]]
    for release in (first, second):
        operation.log(release[2])
        operation.publish(release)
    assert operation.served == digests[1]
    assert operation.champions() == {"tiny.1": digests[1], "tiny.3": digests[1]}
    assert rollback(operation.home) == operation.served == digests[0]
    move_aliases(operation.home, operation.tracker)
    assert operation.champions() == {"tiny.1": digests[0], "tiny.2": digests[0]}
    assert operation.publish(second) == operation.served == digests[1]
    assert operation.champions() == {"tiny.1": digests[1], "tiny.3": digests[1]}
    assert rollback(operation.home) == digests[0]
    with pytest.raises(PublishError, match="none that is still there was before it"):
        rollback(operation.home)


def test_champions_of_another_fleet_are_left_alone(tracking: Tracking) -> None:
    tracker = Tracker(tracking, "my_fleet")
    for name in ("my_fleet.1", "my_fleet.2", "my_fleet2.1", "my-fleet.1"):
        tracker.client.create_registered_model(name)
        tracker.client.create_model_version(name, "file:///nowhere")
        tracker.client.set_registered_model_alias(name, "champion", "1")
    move_alias(tracker, "champion", {"1": "1"})
    champions = {model.name for model in tracker.client.search_registered_models() if "champion" in model.aliases}
    assert champions == {"my_fleet.1", "my_fleet2.1", "my-fleet.1"}


def test_a_refused_release_changes_nothing_and_a_forced_one_goes_on_top(operation: Operation) -> None:
    first = operation.release("first", ["1"])
    worse = operation.release("worse", ["1"], [("e", 0, 5), ("f", 6, 9)])
    operation.log(first[2])
    operation.publish(first)
    with pytest.raises(PublishError, match="2 events, released 0"):
        operation.publish(worse)
    assert operation.served == first[1]
    assert not (operation.home / "releases" / worse[1]).exists()
    operation.publish(worse, force=True)
    assert operation.served == worse[1]
    assert rollback(operation.home) == first[1]
    lines = [json.loads(line) for line in (operation.home / "decisions.jsonl").read_text().splitlines()]
    assert [line["decision"] for line in lines] == ["published", "refused", "published", "rolled back"]
    assert [line["forced"] for line in lines] == [False, False, True, False]
    assert lines[2]["reason"] == lines[1]["reason"]
    assert lines[0]["reason"] == "first release"
    assert [line["current"] for line in lines] == [None, first[1], first[1], worse[1]]


def test_publishing_what_is_served_already_decides_nothing(operation: Operation) -> None:
    release = operation.release("first", ["1"])
    operation.log(release[2])
    assert operation.publish(release) == operation.publish(release) == release[1]
    assert len((operation.home / "decisions.jsonl").read_text().splitlines()) == 1


def test_events_keep_their_ids_from_release_to_release(operation: Operation) -> None:
    releases = [operation.release(name, ["1"], [(name, day, None)]) for day, name in enumerate(["a", "b", "c"])]
    operation.log(releases[0][2])
    for release in releases:
        operation.publish(release)
    beside = [json.loads((operation.home / "releases" / f"{each[1]}.registry.json").read_text()) for each in releases]
    assert [each["event_ids"] for each in beside] == [{}, {"b": "a"}, {"c": "a"}]


def test_runs_that_mlflow_does_not_have_are_logged_from_the_release(operation: Operation) -> None:
    release = operation.release("first", ["1", "2"])
    assert operation.publish(release) == operation.served
    runs = operation.tracker.runs_by_client_family(release[2].keys, operation.params)
    assert sorted(runs) == [("1", "seasonal"), ("1", "xgboost"), ("2", "seasonal"), ("2", "xgboost")]
    of_chosen = operation.tracker.client.get_run(runs["1", "seasonal"])
    assert of_chosen.data.tags["chosen"] == "true"
    assert of_chosen.data.metrics["test_wape_day"] > 0
    assert operation.log(release[2]) == 0


def test_runs_of_a_training_with_another_key_are_not_those_of_the_release(operation: Operation) -> None:
    release = operation.release("first", ["1"])
    operation.log(bare_training(operation.root / "earlier", ["1"], "before"))
    operation.publish(release)
    runs = operation.tracker.runs_by_client_family(release[2].keys, operation.params)
    run = operation.tracker.client.get_run(runs["1", "seasonal"])
    assert run.data.tags["train_key"] == release[2].keys["1", "seasonal"][:16]


def test_a_release_of_another_training_is_refused(operation: Operation) -> None:
    folder, _, _ = operation.release("first", ["1"])
    other = operation.release("other", ["1", "2"])
    operation.log(other[2])
    with pytest.raises(PublishError, match="made from another training"):
        publish(folder, operation.root / "var", operation.params, operation.tracker, other[2])


def test_without_an_answer_of_mlflow_the_release_is_not_in_operation(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = operation.release("first", ["1"]), operation.release("second", ["1", "2"])
    operation.log(second[2])
    operation.publish(first)

    def silent(*_: object, **__: object) -> None:
        raise mlflow.MlflowException("no answer")

    monkeypatch.setattr(operation.tracker.client, "create_model_version", silent)
    with pytest.raises(TrackingError, match="no answer"):
        operation.publish(second)
    assert operation.served == first[1]
    assert operation.champions() == {"tiny.1": first[1]}
    monkeypatch.undo()
    assert operation.publish(second) == operation.served
    assert rollback(operation.home) == first[1]


def test_a_registered_model_forecasts_from_readings(operation: Operation) -> None:
    release = operation.release("first", ["1"])
    operation.log(release[2])
    operation.publish(release)
    model = mlflow.pyfunc.load_model("models:/tiny.1@champion")
    readings = hourly_readings(40)
    frame = pd.DataFrame({"timestamp": [t.isoformat() for t in readings["timestamp"]]})
    frame["active_energy_kwh"] = readings["active_energy_kwh"].to_numpy()
    forecast = model.predict(frame)
    assert len(forecast) == 24
    assert np.isfinite(forecast["forecast_kwh"]).all()


def test_versions_of_a_publish_that_was_cut_short_are_taken_up_and_never_doubled(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = operation.release("first", ["1", "2"])
    operation.log(release[2])
    for broken in ("write_registry", "change", "move_aliases"):
        with monkeypatch.context() as patched:
            patched.setattr(f"vigia.publish.publish.{broken}", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                operation.publish(release)
        assert operation.served == (release[1] if broken == "move_aliases" else None)
    assert operation.champions() == {}
    operation.publish(release)
    assert operation.champions() == {"tiny.1": release[1], "tiny.2": release[1]}
    assert [version.version for version in operation.tracker.client.search_model_versions()] == [1, 1]
    assert len((operation.home / "decisions.jsonl").read_text().splitlines()) == 1


def test_a_version_of_an_earlier_release_stays_as_it_was(operation: Operation) -> None:
    first, second = operation.release("first", ["1"]), operation.release("second", ["1"], [("e", 0, 5)])
    operation.log(first[2])
    for release in (first, second):
        operation.publish(release)
    versions = operation.tracker.client.search_model_versions("name = 'tiny.1'")
    places = {version.tags["release"]: version.source for version in versions}
    assert len({version.run_id for version in versions}) == 1
    assert len(set(places.values())) == len(places) == 2
    for digest, place in places.items():
        logged = operation.tracker.client.get_logged_model(place.removeprefix("models:/"))
        assert (logged.tags["release"], logged.source_run_id) == (digest, versions[0].run_id)


def test_a_release_that_cannot_be_loaded_never_comes_into_operation(operation: Operation) -> None:
    first, second = operation.release("first", ["1"]), operation.release("second", ["1", "2"])
    operation.log(second[2])
    operation.publish(first)
    folder = second[0]
    (folder / "cards" / "2.json").write_text("{")
    with pytest.raises(ReleaseError, match=r"missing or changed: \['cards/2.json'\]"):
        operation.publish(second)
    manifest = json.loads((folder / "manifest.json").read_text())
    files = file_digests(folder)
    whole = {**manifest, "files": files, "digest": release_digest(files)}
    (folder / "manifest.json").write_text(json.dumps(whole))
    with pytest.raises(ReleaseError, match="cannot be loaded as the service would load it"):
        operation.publish(second)
    assert operation.served == first[1]
    assert len((operation.home / "decisions.jsonl").read_text().splitlines()) == 1
    assert not [path for path in (operation.home / "releases").iterdir() if whole["digest"] in path.name]


def test_a_damaged_release_in_operation_is_mended_by_publishing_it_and_hinders_no_forced_one(
    operation: Operation,
) -> None:
    first, second = operation.release("first", ["1"]), operation.release("second", ["1", "2"])
    operation.log(second[2])
    operation.publish(first)
    (operation.home / "releases" / first[1] / "events.parquet").unlink()
    with pytest.raises(PublishError, match="the release in operation is damaged and nothing can be compared with it"):
        operation.publish(second)
    assert operation.publish(first) == first[1]
    Release.load(operation.home / "releases" / first[1])
    shutil.rmtree(operation.home / "releases" / first[1])
    assert operation.publish(second, force=True) == operation.served == second[1]


@pytest.mark.parametrize("full_at", ["shutil.copytree", "vigia.publish.publish.write_registry"])
def test_a_full_disk_is_said_in_a_sentence_and_publishing_goes_on_when_there_is_room(
    operation: Operation, monkeypatch: pytest.MonkeyPatch, full_at: str
) -> None:
    release = operation.release("first", ["1"])
    operation.log(release[2])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(full_at, full)
        with pytest.raises(PublishError, match=r"No space left on device; no release is in operation\. Try again"):
            operation.publish(release)
    assert not list((operation.home / "releases").glob("*.partial"))
    assert not (operation.home / "decisions.jsonl").exists()
    assert operation.publish(release) == operation.served
    assert [version.version for version in operation.tracker.client.search_model_versions()] == [1]
