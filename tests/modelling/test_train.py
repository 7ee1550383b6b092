import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vigia import tune
from vigia.compute import THIS_PROCESS
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models.families import xgb
from vigia.train import Candidate, ClientData, Task, read_candidates, train_client, train_fleet
from vigia.train.candidates import FLEET_FOLDER, combine

BLOCK = 28


def run(data: ClientData, params: Params, folder: Path) -> tuple[list[Candidate], bool]:
    done = dict(train_fleet([data], params, folder, THIS_PROCESS))
    assert set(done) == {data.client_id, FLEET_FOLDER}
    assert len(set(done.values())) == 1
    return read_candidates(folder, data.client_id, BLOCK), done[data.client_id]


def values(candidates: list[Candidate]) -> list[tuple[object, ...]]:
    return [(c.family, c.status, c.validation_wape_day, json.dumps(c.parameters, sort_keys=True)) for c in candidates]


def test_an_unchanged_client_is_not_trained_again_and_a_changed_one_is(
    demo: dict[str, ClientData], params: Params, tmp_path: Path
) -> None:
    first, computed = run(demo["2"], params, tmp_path)
    assert computed
    again, computed = run(demo["2"], params, tmp_path)
    assert not computed
    assert values(again) == values(first)
    readings = demo["2"].readings.copy()
    readings.loc[100, "active_energy_kwh"] += 1
    _, computed = run(ClientData("2", readings, demo["2"].mask), params, tmp_path)
    assert computed


def test_readings_of_the_test_slice_play_no_part_in_tuning(
    demo: dict[str, ClientData], params: Params, tmp_path: Path
) -> None:
    data = demo["2"]
    readings = data.readings.copy()
    readings.loc[len(readings) * 85 // 100 :, "active_energy_kwh"] *= 3
    first = train_client(Task(data, params, tmp_path / "a"))
    second = train_client(Task(ClientData("2", readings, data.mask), params, tmp_path / "b"))
    assert values(first) == values(second)


def test_a_killed_study_goes_on_and_ends_as_it_would_have(
    demo: dict[str, ClientData], params: Params, tmp_path: Path
) -> None:
    history = demo["2"].history(params)
    at = tune.origins(history, np.arange(0, 400), 400, 1, 28) or [tune.Origin(np.arange(28, 300), np.arange(300, 340))]
    evaluate = tune.client_evaluation("xgboost", history, at, 7)
    whole = tune.tune("xgboost", evaluate, len(at), 6, 7, tmp_path / "whole.log")
    calls: list[int] = []

    def dies(parameters: dict[str, Any], step: int) -> tuple[float, list[float]]:
        calls.append(step)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return evaluate(parameters, step)

    with pytest.raises(KeyboardInterrupt):
        tune.tune("xgboost", dies, len(at), 6, 7, tmp_path / "killed.log")
    with (tmp_path / "killed.log").open("ab") as journal:
        journal.write(b'{"op_code":5,"tri')
    (tmp_path / "killed.log.lock").symlink_to("data/train/killed.log")
    resumed = tune.tune("xgboost", evaluate, len(at), 6, 7, tmp_path / "killed.log")
    pd.testing.assert_frame_equal(resumed.trials, whole.trials)
    assert resumed.parameters == whole.parameters


def test_the_defaults_are_the_first_trial(demo: dict[str, ClientData], params: Params, tmp_path: Path) -> None:
    history = demo["2"].history(params)
    at = [tune.Origin(np.arange(28, 300), np.arange(300, 340))]
    evaluate = tune.client_evaluation("xgboost", history, at, 7)
    tuned = tune.tune("xgboost", evaluate, len(at), 3, 7, tmp_path / "study.log")
    assert tuned.default_wape == tuned.trials["wape"][0]
    assert tuned.wape <= tuned.default_wape


def test_a_client_with_ten_days_gets_the_baseline_and_a_reason(
    demo: dict[str, ClientData], params: Params, tmp_path: Path
) -> None:
    data = ClientData("2", demo["2"].readings.iloc[:240], demo["2"].mask.iloc[:0])
    by_family = {candidate.family: candidate for candidate in train_client(Task(data, params, tmp_path))}
    assert by_family["seasonal"].status == "fallback"
    assert by_family["lstm"].status == by_family["xgboost"].status == "failed"
    assert "normal days" in str(by_family["xgboost"].message)


def test_a_family_that_cannot_be_fitted_is_recorded_and_the_others_go_on(
    demo: dict[str, ClientData], params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tune.tune

    def fails(family: str, *args: object) -> tune.Tuned:
        if family == "xgboost":
            raise ModelError("no usable day")
        return real(family, *args)  # type: ignore[arg-type] # passes on what it was given

    monkeypatch.setattr(tune, "tune", fails)
    by_family = {c.family: c for c in train_client(Task(demo["2"], params, tmp_path))}
    assert (by_family["xgboost"].status, by_family["xgboost"].message) == ("failed", "no usable day")
    assert by_family["lstm"].status == by_family["seasonal"].status == "fitted"


def test_the_fleet_model_is_judged_on_each_client_s_own_days_and_combined_with_its_families(
    demo: dict[str, ClientData], params: Params, tmp_path: Path
) -> None:
    list(train_fleet([demo["2"], demo["7"]], params, tmp_path, THIS_PROCESS))
    for client in ("2", "7"):
        by_family = {c.family: c for c in read_candidates(tmp_path, client, BLOCK)}
        fleet, xgboost = by_family["fleet"], by_family["xgboost"]
        assert [row[:2] for row in fleet.validation] == [row[:2] for row in xgboost.validation]
        assert fleet.validation_wape_day != by_family["seasonal"].validation_wape_day


def test_a_combination_begins_in_the_middle_of_its_members_and_then_follows_who_errs_least() -> None:
    def candidate(family: str, error: float, forecast: float) -> Candidate:
        rows = [[float(day), 100.0, forecast] for day in range(448, 476)]
        return Candidate("1", family, "fitted", error, error, 28, 0.0, {}, [], validation=rows)

    fleet, xgboost, own = (
        candidate(*each) for each in (("fleet", 0.1, 110.0), ("xgboost", 0.1, 90.0), ("autoregression", 0.35, 97.0))
    )
    joined = combine("1", [fleet, xgboost, own, candidate("lstm", 0.05, 150.0)], BLOCK)
    assert joined is not None
    assert joined.parameters == {"members": ["fleet", "xgboost", "autoregression"]}
    assert len(joined.validation) == 28
    assert joined.validation_wape_day == pytest.approx(0.03)
    pair = combine("1", [fleet, xgboost], BLOCK)
    assert pair is not None
    assert pair.validation_wape_day == pytest.approx(0.0)
    others = combine("1", [fleet, candidate("xgboost", 0.1, 112.0), candidate("autoregression", 0.0, 100.0)], BLOCK)
    assert others is not None
    said = [row[2] for row in others.validation]
    assert said[0] == pytest.approx(110.0)
    assert said[-1] == pytest.approx(100.0, abs=2.0)
    assert combine("1", [fleet], BLOCK) is None
    assert combine("1", [fleet, candidate("lstm", 0.05, 150.0)], BLOCK) is None


def test_an_origin_at_which_nothing_was_consumed_does_not_decide_a_study(tmp_path: Path) -> None:
    def evaluate(parameters: dict[str, Any], step: int) -> tuple[float, list[float]]:
        return (float("nan") if step == 0 else 0.1 + parameters["learning_rate"]), [0.0]

    tuned = tune.tune("xgboost", evaluate, 2, 3, 7, tmp_path / "study.log")
    assert tuned.default_wape == pytest.approx(0.1 + xgb.DEFAULTS["learning_rate"])

    def idle(parameters: dict[str, Any], step: int) -> tuple[float, list[float]]:
        return float("nan"), [0.0]

    assert np.isinf(tune.tune("xgboost", idle, 2, 3, 7, tmp_path / "idle.log").wape)
