"""Runs in MLflow: tags, when a run is logged again, and the page of a campaign."""

import json
from pathlib import Path

import pandas as pd
import pytest
from mlflow.artifacts import load_text

from tests.conftest import ZONE, hourly_readings
from tests.publishing.conftest import FLEET
from vigia import frames
from vigia.config import Params
from vigia.models.families import named
from vigia.tracking import Tracker
from vigia.train import Candidate, ClientData, Trained, client_key, fleet_key

FAMILIES = ("seasonal", "xgboost", "fleet", "combination")


@pytest.fixture
def data() -> list[ClientData]:
    return [ClientData(client, hourly_readings(30, client, int(client)), frames.empty("mask", ZONE)) for client in "12"]


def trained(data: list[ClientData], params: Params) -> Trained:
    """As read from what the stage `train` left of these readings."""
    found = {
        each.client_id: [
            Candidate(each.client_id, family, "fitted", 0.1, 0.1, 84, 2.0, {}, [{"wape": 0.1}]) for family in FAMILIES
        ]
        for each in data
    }
    own = {each.client_id: client_key(each, params) for each in data}
    shared = fleet_key(data, params)
    families = [(client, family) for client in found for family in FAMILIES]
    keys = {(client, family): own[client] if named(family).scope == "client" else shared for client, family in families}
    return Trained(found, keys)


def clients(data: list[ClientData]) -> pd.DataFrame:
    rows = [{"client_id": each.client_id, "name": each.client_id, "sector": "water"} for each in data]
    return pd.DataFrame(rows).set_index("client_id", drop=False)


def scored(data: list[ClientData]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    rows = [
        {"client_id": each.client_id, "model": family, "chosen": family == "fleet", "n_days": 40, "wape_day": 0.1}
        for each in data
        for family in ("seasonal", "fleet", "combination")
    ]
    scores = pd.DataFrame(rows)
    windows = pd.concat([scores.assign(window=name, days="all") for name in ("test", "earlier_1", "earlier_2")])
    chosen = [{"client_id": each.client_id, "family": "fleet", "reason_en": "errs least"} for each in data]
    return scores, windows, pd.DataFrame(chosen)


def test_all_families_carry_the_same_tags(tracker: Tracker, data: list[ClientData], params: Params) -> None:
    assert tracker.log_candidates(data, trained(data, params), clients(data), params) == 8
    runs = tracker.client.search_runs([tracker.experiment], "tags.level = 'client_family'")
    assert {run.data.tags["family"] for run in runs} == set(FAMILIES)
    assert len({frozenset(run.data.tags) for run in runs}) == 1
    (campaign,) = tracker.client.search_runs([tracker.experiment], "tags.level = 'campaign'")
    assert {run.data.tags["campaign"] for run in runs} == {campaign.data.tags["campaign"]}
    assert campaign.data.metrics["seconds_train_fleet"] == 4.0


def test_a_changed_client_makes_new_runs_of_what_learns_from_all_clients(
    tracker: Tracker, data: list[ClientData], params: Params
) -> None:
    tracker.log_candidates(data, trained(data, params), clients(data), params)
    changed = [data[0], ClientData("2", data[1].readings.head(600), data[1].mask)]
    assert tracker.log_candidates(changed, trained(changed, params), clients(changed), params) == 6
    runs = tracker.client.search_runs([tracker.experiment], "tags.client_id = '1'")
    assert sorted(run.data.tags["family"] for run in runs) == sorted([*FAMILIES, "combination", "fleet"])


def test_scores_of_all_windows_and_the_choice_stand_on_each_run(
    tracker: Tracker, data: list[ClientData], params: Params
) -> None:
    tracker.log_candidates(data, trained(data, params), clients(data), params)
    runs = tracker.runs_by_client_family(trained(data, params).keys, params)
    tracker.log_scores(*scored(data), runs)
    chosen, other, without = (
        tracker.client.get_run(runs["1", name]).data for name in ("fleet", "combination", "xgboost")
    )
    assert {f"{window}_wape_day" for window in ("test", "earlier_1", "earlier_2")} <= set(chosen.metrics)
    assert (chosen.tags["chosen"], chosen.tags["choice_reason"]) == ("true", "errs least")
    assert other.tags["chosen"] == without.tags["chosen"] == "false"
    assert "test_wape_day" not in without.metrics


def test_a_campaign_page_written_twice_holds_the_last_tables_alone(
    tracker: Tracker, data: list[ClientData], params: Params, tmp_path: Path
) -> None:
    tracker.log_candidates(data, trained(data, params), clients(data), params)
    picture = tmp_path / "campaign.png"
    picture.write_bytes(b"")
    for family in ("lstm", "fleet"):
        table = pd.DataFrame({"client_id": ["1", "2"], "family": family})
        tracker.log_campaign({"choices.json": table}, [picture], {"seconds_stage_train": 3.0}, params)
    (campaign,) = tracker.client.search_runs([tracker.experiment], "tags.level = 'campaign'")
    content = json.loads(load_text(f"{campaign.info.artifact_uri}/choices.json"))
    assert content == {"columns": ["client_id", "family"], "data": [["1", "fleet"], ["2", "fleet"]]}
    assert campaign.data.metrics["seconds_stage_train"] == 3.0
    assert json.loads(campaign.data.tags["mlflow.loggedArtifacts"]) == [{"path": "choices.json", "type": "table"}]


def test_a_report_is_a_run_of_its_own_and_no_training_run(tracker: Tracker, tmp_path: Path) -> None:
    picture = tmp_path / "recall.png"
    picture.write_bytes(b"")
    table = pd.DataFrame({"fault_id": ["spike", "stuck"], "delay_p90_hours": [3.0, float("inf")]})
    run = tracker.log_report("bench", {"level": "bench"}, {"recall.json": table}, [picture], {"recall": 0.5})
    (found,) = tracker.client.search_runs([tracker.experiment], "tags.level = 'bench'")
    assert found.info.run_id == run
    assert found.info.status == "FINISHED"
    assert found.data.tags["fleet"] == FLEET
    assert found.data.metrics == {"recall": 0.5}
    assert {file.path for file in tracker.client.list_artifacts(run)} == {"recall.json", "pictures"}


def test_a_run_that_a_killed_process_had_begun_is_logged_anew_below_the_same_campaign(
    tracker: Tracker, data: list[ClientData], params: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = 0
    whole = tracker.client.set_terminated

    def dies(run: str, status: str = "FINISHED") -> None:
        nonlocal logged
        logged += 1
        if logged > 3:
            raise KeyboardInterrupt
        whole(run, status)

    monkeypatch.setattr(tracker.client, "set_terminated", dies)
    with pytest.raises(KeyboardInterrupt):
        tracker.log_candidates(data, trained(data, params), clients(data), params)
    monkeypatch.undo()
    assert tracker.log_candidates(data, trained(data, params), clients(data), params) == 5
    assert tracker.log_candidates(data, trained(data, params), clients(data), params) == 0
    runs = tracker.client.search_runs([tracker.experiment], "")
    assert len(runs) == 9
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert len({run.data.tags["campaign"] for run in runs}) == 1
