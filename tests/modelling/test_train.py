import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from tests.modelling.conftest import QUICK
from vigia.compute import THIS_PROCESS
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models import families
from vigia.models.families import lstm, xgb
from vigia.models.families.record import Trial
from vigia.train import Candidate, ClientData, read_candidates, train_fleet
from vigia.train.candidates import FLEET_FOLDER, combine
from vigia.train.offers import read_offers
from vigia.train.subject import Subject
from vigia.tune import START_UP_TRIALS

BLOCK = 28


AT_ONCE = {FLEET_FOLDER, "@xgboost", "@lstm"}


def run(data: ClientData, params: Params, folder: Path) -> tuple[list[Candidate], bool]:
    done = dict(train_fleet([data], params, folder, THIS_PROCESS))
    assert set(done) == {data.client_id, *AT_ONCE}
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
    first, _ = run(data, params, tmp_path / "a")
    second, _ = run(ClientData("2", readings, data.mask), params, tmp_path / "b")
    assert values(first) == values(second)


def test_a_killed_run_goes_on_and_ends_as_it_would_have(
    demo: dict[str, ClientData], params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = [demo["2"], demo["7"]]
    more = params.train.model_copy(update={"xgboost_trials": 7, "xgboost_own_trials": 2})
    params = params.model_copy(update={"train": more})
    list(train_fleet(data, params, tmp_path / "whole", THIS_PROCESS))
    real, fits = Subject.scored, 0

    def dies(self: Subject, *args: Any) -> tuple[float, list[float]]:
        nonlocal fits
        fits += 1
        if fits in (4, 13, 22):
            raise KeyboardInterrupt
        return real(self, *args)

    monkeypatch.setattr(Subject, "scored", dies)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            list(train_fleet(data, params, tmp_path / "killed", THIS_PROCESS))
        for journal in (tmp_path / "killed").glob("*/*/stud*.log"):
            with journal.open("ab") as torn:
                torn.write(b'{"op_code":5,"tri')
            lock = journal.with_name(f"{journal.name}.lock")
            lock.unlink(missing_ok=True)
            lock.symlink_to("data/train/killed.log")
    list(train_fleet(data, params, tmp_path / "killed", THIS_PROCESS))
    for client in ("2", "7"):
        whole, killed = (read_candidates(tmp_path / name, client, BLOCK) for name in ("whole", "killed"))
        assert [replace(c, seconds=0) for c in killed] == [replace(c, seconds=0) for c in whole]


def test_a_client_with_ten_days_gets_the_baseline_and_a_reason(
    demo: dict[str, ClientData], params: Params, tmp_path: Path
) -> None:
    data = ClientData("2", demo["2"].readings.iloc[:240], demo["2"].mask.iloc[:0])
    by_family = {candidate.family: candidate for candidate in run(data, params, tmp_path)[0]}
    assert by_family["seasonal"].status == "fallback"
    assert by_family["lstm"].status == by_family["xgboost"].status == by_family["fleet"].status == "failed"
    assert "normal days" in str(by_family["xgboost"].message)


def test_a_family_that_cannot_be_fitted_is_recorded_and_the_others_go_on(
    demo: dict[str, ClientData], params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Subject.scored

    def fails(self: Subject, family: str, *args: Any) -> tuple[float, list[float]]:
        if family == "xgboost":
            raise ModelError("no usable day")
        return real(self, family, *args)

    monkeypatch.setattr(Subject, "scored", fails)
    by_family = {c.family: c for c in run(demo["2"], params, tmp_path)[0]}
    assert (by_family["xgboost"].status, by_family["xgboost"].message) == ("failed", "no usable day")
    assert by_family["lstm"].status == by_family["seasonal"].status == "fitted"


def test_a_client_sees_the_trials_of_all_and_then_its_own(
    demo: dict[str, ClientData], params: Params, tmp_path: Path
) -> None:
    list(train_fleet([demo["2"], demo["7"]], params, tmp_path, THIS_PROCESS))
    trials = {}
    for client in ("2", "7"):
        found = {c.family: c for c in read_candidates(tmp_path, client, BLOCK)}["xgboost"]
        assert [trial["study"] for trial in found.trials] == ["shared", "shared", "own"]
        assert {**xgb.DEFAULTS, **found.trials[0]} == {**found.trials[0], **xgb.DEFAULTS}
        trials[client] = found.trials
    assert trials["2"][1]["levels"] == trials["7"][1]["levels"] == xgb.FAMILY.presets[0]["levels"]
    assert trials["2"][2]["learning_rate"] != trials["7"][2]["learning_rate"]
    storage = JournalStorage(JournalFileBackend(str(tmp_path / "studies.log")))
    names = {"test.@all.xgboost", "test.@all.lstm", "test.@all.fleet", "test.2.xgboost", "test.7.xgboost"}
    assert set(optuna.get_all_study_names(storage)) == names


def learning_rates(trial: Trial) -> dict[str, Any]:
    return {"learning_rate": trial.suggest_float("learning_rate", 1e-7, 0.01, log=True)}


def test_a_network_that_falls_behind_is_stopped_between_epochs_and_a_curve_is_kept(
    demo: dict[str, ClientData], params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = {"lstm_trials": 3, "lstm_own_trials": 5}
    params = params.model_copy(update={"train": params.train.model_copy(update=more)})
    quick = replace(lstm.FAMILY, defaults=QUICK["lstm"], space=learning_rates)
    monkeypatch.setattr(families, "FAMILIES", (families.BASELINE, quick, families.FLEET, families.COMBINATION))
    list(train_fleet([demo["2"]], params, tmp_path, THIS_PROCESS, [families.BASELINE.name, quick.name]))
    (found,) = (each for each in read_offers(tmp_path / "2") if each.family == quick.name)
    stopped = [trial for trial in found.trials if trial.value is None]
    assert any(max(trial.seen) % 100 for trial in stopped)
    assert len(stopped) < 5
    (candidate,) = (each for each in read_candidates(tmp_path, "2", BLOCK) if each.family == quick.name)
    epochs, errors = zip(*candidate.curve, strict=True)
    assert epochs == (1, 2, 3)
    assert errors[-1] == pytest.approx(found.offers[candidate.tuned_by].errors[-1])


def test_a_study_ends_when_its_time_is_over(demo: dict[str, ClientData], params: Params, tmp_path: Path) -> None:
    hurried = params.train.model_copy(update={"max_seconds": 1e-6, "xgboost_trials": 20})
    candidates, _ = run(demo["2"], params.model_copy(update={"train": hurried}), tmp_path)
    (found,) = (c for c in candidates if c.family == "xgboost")
    assert len(found.trials) == START_UP_TRIALS


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
