"""Runs in MLflow: tags, when a run is logged again, and the page of a campaign."""

import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ZONE, hourly_readings
from tests.publishing.conftest import FLEET
from vigia import frames
from vigia.config import Params
from vigia.models.families import named
from vigia.tracking import Tracker, log_candidates, log_scores, sampled
from vigia.train import Candidate, ClientData, Trained
from vigia.train.shared import fleet_key
from vigia.train.subject import data_key

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
    own = {each.client_id: data_key(each, params) for each in data}
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
    assert log_candidates(tracker, data, trained(data, params), clients(data), params) == 8
    runs = tracker.client.search_runs([tracker.experiment], "tags.level = 'client_family'")
    assert {run.data.tags["family"] for run in runs} == set(FAMILIES)
    assert len({frozenset(run.data.tags) for run in runs}) == 1
    (campaign,) = tracker.client.search_runs([tracker.experiment], "tags.level = 'campaign'")
    assert {run.data.tags["campaign"] for run in runs} == {campaign.data.tags["campaign"]}
    assert campaign.data.metrics["seconds_train_fleet"] == 4.0


def test_a_changed_client_makes_new_runs_of_what_learns_from_all_clients(
    tracker: Tracker, data: list[ClientData], params: Params
) -> None:
    log_candidates(tracker, data, trained(data, params), clients(data), params)
    changed = [data[0], ClientData("2", data[1].readings.head(600), data[1].mask)]
    assert log_candidates(tracker, changed, trained(changed, params), clients(changed), params) == 6
    runs = tracker.client.search_runs([tracker.experiment], "tags.client_id = '1'")
    assert sorted(run.data.tags["family"] for run in runs) == sorted([*FAMILIES, "combination", "fleet"])


def test_what_training_took_of_the_machine_is_a_curve_of_its_campaign(
    tracker: Tracker, data: list[ClientData], params: Params
) -> None:
    with sampled(every_seconds=0.05) as system:
        time.sleep(0.4)
    log_candidates(tracker, data, trained(data, params), clients(data), params, system)
    (campaign,) = tracker.client.search_runs([tracker.experiment], "tags.level = 'campaign'")
    curve = tracker.client.get_metric_history(campaign.info.run_id, "system/system_memory_usage_megabytes")
    assert len(curve) > 1
    assert [each.step for each in curve] == list(range(len(curve)))
    assert min(each.value for each in curve) > 0


def test_scores_of_all_windows_and_the_choice_stand_on_each_run(
    tracker: Tracker, data: list[ClientData], params: Params
) -> None:
    log_candidates(tracker, data, trained(data, params), clients(data), params)
    runs = tracker.runs_by_client_family(trained(data, params).keys, params)
    log_scores(tracker, *scored(data), runs)
    chosen, other, without = (
        tracker.client.get_run(runs["1", name]).data for name in ("fleet", "combination", "xgboost")
    )
    assert {f"{window}_wape_day" for window in ("test", "earlier_1", "earlier_2")} <= set(chosen.metrics)
    assert (chosen.tags["chosen"], chosen.tags["choice_reason"]) == ("true", "errs least")
    assert other.tags["chosen"] == without.tags["chosen"] == "false"
    assert "test_wape_day" not in without.metrics


def test_scores_of_a_later_evaluation_are_a_further_step_and_none_is_overwritten(
    tracker: Tracker, data: list[ClientData], params: Params
) -> None:
    log_candidates(tracker, data, trained(data, params), clients(data), params)
    runs = tracker.runs_by_client_family(trained(data, params).keys, params)
    scores, windows, chosen = scored(data)
    for error in (0.1, 0.1, 0.2):
        log_scores(tracker, scores.assign(wape_day=error), windows, chosen, runs)
    history = tracker.client.get_metric_history(runs["1", "fleet"], "test_wape_day")
    assert [(each.step, each.value) for each in history] == [(1, 0.1), (2, 0.2)]
    assert len(tracker.client.get_metric_history(runs["1", "fleet"], "earlier_1_wape_day")) == 1


def test_each_trial_and_the_best_so_far_are_a_curve_without_what_was_pruned(
    tracker: Tracker, data: list[ClientData], params: Params
) -> None:
    trials = [
        {"number": number, "state": state, "wape": error}
        for number, (state, error) in enumerate(
            [("complete", 0.3), ("pruned", 0.1), ("complete", 0.4), ("complete", 0.2)]
        )
    ]
    found = trained(data, params)
    found.candidates["1"][1] = replace(found.candidates["1"][1], trials=trials, seconds=60.0)
    log_candidates(tracker, data, found, clients(data), params)
    run = tracker.client.get_run(tracker.runs_by_client_family(found.keys, params)["1", "xgboost"])
    curves = {
        name: [(each.step, each.value) for each in tracker.client.get_metric_history(run.info.run_id, name)]
        for name in ("trial_wape_day", "best_wape_day")
    }
    assert curves == {
        "trial_wape_day": [(0, 0.3), (2, 0.4), (3, 0.2)],
        "best_wape_day": [(0, 0.3), (2, 0.3), (3, 0.2)],
    }
    assert run.info.end_time - run.info.start_time == pytest.approx(60_000, abs=5_000)
    assert [each.dataset.name for each in run.inputs.dataset_inputs] == [f"{FLEET}.1"]


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
        log_candidates(tracker, data, trained(data, params), clients(data), params)
    monkeypatch.undo()
    assert log_candidates(tracker, data, trained(data, params), clients(data), params) == 5
    assert log_candidates(tracker, data, trained(data, params), clients(data), params) == 0
    runs = tracker.client.search_runs([tracker.experiment], "")
    assert len(runs) == 9
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert len({run.data.tags["campaign"] for run in runs}) == 1
