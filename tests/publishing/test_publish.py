"""The gate, the flip, the registry and the way back."""

import json
import shutil
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from tests.support.tiny_release import TinyRelease, tiny_release
from vigia import publish as publishing
from vigia.config import Params, load_params
from vigia.config.settings import Tracking
from vigia.errors import PublishError, ReleaseError
from vigia.gate import Summary, gate
from vigia.publish import current_release, match_events, publish, rollback
from vigia.release import Release
from vigia.tracking import Tracker
from vigia.train import Candidate, ClientData

WORSE = {"a": 0.106, "b": 0.2}
BENCH = {"bench_recall": 0.9, "bench_benign_raised": 0.05, "bench_recall_stuck": 1.0, "bench_recall_wrong_ratio": 0.8}


def summary(**changes: object) -> Summary:
    content = {
        "digest": "new",
        "families": {"a": "lstm", "b": "xgboost"},
        "wape": {"a": 0.1, "b": 0.2},
        "coverage": 0.95,
        "events": 20,
        "has_model": {"a": True, "b": True},
        "bench": BENCH,
    }
    return Summary(**{**content, **changes})  # type: ignore[arg-type] # fields by name


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"has_model": {"a": False}}, "has no model"),
        ({"wape": WORSE}, "daily WAPE"),
        ({"coverage": 0.89}, "coverage"),
        ({"events": 50}, "factor"),
        ({"events": 5}, "factor"),
        ({"bench": {**BENCH, "bench_recall": 0.84, "bench_recall_stuck": 0.6}}, "(limit -5%): stuck 60% after 100%"),
        ({"bench": {**BENCH, "bench_benign_raised": 0.15}}, "15.0% of benign changes raised"),
    ],
    ids=["no model", "worse forecast", "coverage", "many events", "few events", "faults missed", "benign raised"],
)
def test_the_gate_names_each_reason_against_a_release(changes: dict[str, object], word: str, params: Params) -> None:
    (reason,) = gate(summary(**changes), summary(), params)
    assert word in reason
    assert gate(summary(), summary(), params) == []


def test_the_first_release_needs_only_its_models(params: Params) -> None:
    assert gate(summary(wape=WORSE, coverage=0.5, events=999), None, params) == []
    assert gate(summary(has_model={"a": False}), None, params)


def test_the_bench_may_lose_what_the_parameter_allows_and_gain_what_it_wants(params: Params) -> None:
    for recall, raised in ((0.85, 0.05), (1.0, 0.0)):
        assert gate(summary(bench={"bench_recall": recall, "bench_benign_raised": raised}), summary(), params) == []
    allowed = params.publish.model_copy(update={"max_recall_drop": 0.2, "max_benign_rise": 0.1})
    worse = summary(bench={"bench_recall": 0.72, "bench_benign_raised": 0.14})
    assert len(gate(worse, summary(), params)) == 2
    assert gate(worse, summary(), params.model_copy(update={"publish": allowed})) == []


@pytest.mark.parametrize(("new", "current"), [({}, BENCH), (BENCH, {}), ({"bench_cases": 0.0}, BENCH)], ids=str)
def test_without_figures_of_both_releases_the_bench_says_nothing(
    new: dict[str, float], current: dict[str, float], params: Params
) -> None:
    assert gate(summary(bench=new), summary(bench=current), params) == []


def test_a_release_brings_its_figures_of_the_bench(releases: tuple[TinyRelease, TinyRelease], tmp_path: Path) -> None:
    assert Summary.of(releases[0].folder).bench == {}
    copy = tmp_path / "release"
    shutil.copytree(releases[0].folder, copy)
    (copy / "reports" / "metrics.json").write_text('{"bench_recall": 0.9, "wape_day_mean": 0.1}')
    assert Summary.of(copy).bench == {"bench_recall": 0.9}


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[TinyRelease, TinyRelease]:
    return tuple(
        tiny_release(tmp_path_factory.mktemp(name), clients) for name, clients in (("a", ("7",)), ("b", ("7", "8")))
    )  # type: ignore[return-value] # two of them


@pytest.fixture(scope="module")
def params(releases: tuple[TinyRelease, TinyRelease]) -> Params:
    return load_params(releases[0].folder / "params.yaml")


@pytest.fixture
def tracker(tmp_path: Path) -> Tracker:
    return Tracker(Tracking(uri=f"sqlite:///{tmp_path}/mlflow.db", artifacts=str(tmp_path / "artifacts")), "tiny")


def baseline(client_id: str) -> Candidate:
    return Candidate(client_id, "seasonal", "fitted", 0.1, 0.1, 84, 0.1, {"weeks": 4}, [{"wape": 0.1}])


def trained(release: TinyRelease, tracker: Tracker, params: Params) -> list[ClientData]:
    """Runs of a release's clients, as the stage `train` would have logged them."""
    loaded = Release.load(release.folder)
    data = [ClientData(c.client_id, c.readings, c.mask) for c in loaded.clients.values()]
    results = {
        each.client_id: [
            Candidate(each.client_id, "seasonal", "fitted", 0.1, 0.1, 84, 0.1, {"weeks": 4}, [{"wape": 0.1}])
        ]
        for each in data
    }
    clients = pd.DataFrame([c.attributes for c in loaded.clients.values()]).set_index("client_id", drop=False)
    assert tracker.log_candidates(data, results, clients, params) == len(data)
    assert tracker.log_candidates(data, results, clients, params) == 0
    return data


@pytest.mark.filterwarnings("ignore:.*type hint is inferred:UserWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning:mlflow")
def test_published_refused_forced_and_rolled_back(
    releases: tuple[TinyRelease, TinyRelease], tracker: Tracker, params: Params, tmp_path: Path
) -> None:
    first, second = releases
    home = tmp_path / "var" / "tiny"
    data = trained(first, tracker, params)
    publish(first.folder, tmp_path / "var", params, tracker, data)
    assert current_release(home) == home / "releases" / first.digest
    registry = json.loads((home / "releases" / f"{first.digest}.registry.json").read_text())
    assert registry["models"]["7"]["name"] == "tiny.7"
    version = tracker.client.get_model_version_by_alias("tiny.7", "champion")
    assert str(version.version) == registry["models"]["7"]["version"]

    strict = params.model_copy(update={"publish": params.publish.model_copy(update={"max_event_ratio": 1.0})})
    both = [*data, *trained_extra(second, tracker, params)]
    with pytest.raises(PublishError, match="events"):
        publish(second.folder, tmp_path / "var", strict, tracker, both)
    assert current_release(home) == home / "releases" / first.digest
    publish(second.folder, tmp_path / "var", strict, tracker, both, force=True)
    assert current_release(home) == home / "releases" / second.digest
    assert rollback(home) == first.digest
    decisions = [json.loads(line)["decision"] for line in (home / "decisions.jsonl").read_text().splitlines()]
    assert decisions == ["published", "refused", "published", "rolled back"]
    with pytest.raises(PublishError, match="no single release"):
        rollback(home, "zzz")


def trained_extra(release: TinyRelease, tracker: Tracker, params: Params) -> list[ClientData]:
    loaded = Release.load(release.folder)
    client = loaded.clients["8"]
    data = [ClientData("8", client.readings, client.mask)]
    clients = pd.DataFrame([client.attributes]).set_index("client_id", drop=False)
    tracker.log_candidates(data, {"8": [baseline("8")]}, clients, params)
    return data


@pytest.mark.filterwarnings("ignore:.*type hint is inferred:UserWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning:mlflow")
def test_a_registered_model_forecasts_from_readings(
    releases: tuple[TinyRelease, TinyRelease], tracker: Tracker, params: Params, tmp_path: Path
) -> None:
    data = trained(releases[0], tracker, params)
    publish(releases[0].folder, tmp_path / "var", params, tracker, data)
    model = mlflow.pyfunc.load_model("models:/tiny.7@champion")
    readings = data[0].readings.tail(24 * 40)
    frame = pd.DataFrame({"timestamp": [t.isoformat() for t in readings["timestamp"]]})
    frame["active_energy_kwh"] = readings["active_energy_kwh"].to_numpy()
    forecast = model.predict(frame)
    assert len(forecast) == 24
    assert np.isfinite(forecast["forecast_kwh"]).all()


def test_tags_stand_on_campaign_and_run(
    releases: tuple[TinyRelease, TinyRelease], tracker: Tracker, params: Params
) -> None:
    trained(releases[0], tracker, params)
    runs = tracker.client.search_runs([tracker.experiment])
    levels = {run.data.tags["level"]: run.data.tags for run in runs}
    assert {"fleet", "campaign", "git_sha", "params_digest"} <= set(levels["campaign"])
    assert {"client_id", "sector", "family", "campaign", "git_sha", "data_digest", "params_digest"} <= set(
        levels["client_family"]
    )


def test_event_ids_are_kept_where_events_overlap(releases: tuple[TinyRelease, TinyRelease]) -> None:
    first, second = releases
    assert match_events(second.folder, first.folder) == {}
    events = pd.read_parquet(second.folder / "events.parquet")
    assert events["event_id"].is_unique


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"manifest.json is missing"):
        Summary.of(tmp_path)
    assert publishing.current_release(tmp_path) is None


def test_the_same_inputs_give_the_same_digest(releases: tuple[TinyRelease, TinyRelease], tmp_path: Path) -> None:
    assert tiny_release(tmp_path, ("7",)).digest == releases[0].digest


def test_a_changed_file_is_noticed(releases: tuple[TinyRelease, TinyRelease], tmp_path: Path) -> None:
    copy = tiny_release(tmp_path, ("7",)).folder
    (copy / "cards" / "7.json").write_text("{}")
    with pytest.raises(ReleaseError, match=r"cards/7\.json"):
        Release.load(copy)
