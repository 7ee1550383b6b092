"""A family is one record: with a line in the tuple it is tuned, chosen, named, backtested, kept, read and drawn."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.modelling.conftest import QUICK
from vigia import frames, models
from vigia.backtest import backtest_client
from vigia.backtest.models import past_only_models
from vigia.choose import choose
from vigia.compute import THIS_PROCESS
from vigia.config import Params
from vigia.evaluate.album import ClientResults, draw_client
from vigia.evaluate.canvas import colours
from vigia.evaluate.forecasts import score_client, scored_windows
from vigia.models import families
from vigia.models.as_of import AsOfHistory
from vigia.models.families.record import Family, Trial
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.spec import save_spec
from vigia.train import Candidate, ClientData, read_candidates, train_fleet
from vigia.vocabulary import Words


@dataclass(frozen=True)
class MeanOfDays:
    """The mean of the last days, hour by hour."""

    parameters: dict[str, Any]
    family: str = "mean_of_days"

    @property
    def history_days(self) -> int:
        return int(self.parameters["days"])

    @property
    def parts(self) -> Parts:
        return (self,)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        back = days[:, None] - np.arange(1, self.history_days + 1)
        return np.asarray(history.filled[back].mean(axis=1))

    def save(self, folder: Path) -> None:
        save_spec(folder, self.family, self.parameters)

    def gains(self) -> dict[str, float]:
        return {"yesterday": 0.75, "before": 0.25}


def fit(history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int) -> MeanOfDays:
    return MeanOfDays(dict(parameters))


def load(folder: Path, parameters: dict[str, Any]) -> MeanOfDays:
    assert (folder / "spec.json").is_file()
    return MeanOfDays(parameters)


def space(trial: Trial) -> dict[str, Any]:
    return {"days": trial.suggest_int("days", 2, 28)}


TOY = Family(
    name="mean_of_days",
    short=Words("media de días", "mean of days"),
    colour="#123456",
    tie_break=9,
    defaults={"days": 7},
    fit=fit,
    load=load,
    space=space,
    trials=lambda train: 1 + train.lstm_trials,
    refit_days=lambda plan: 2 * plan.refit_days,
)


@pytest.fixture
def candidates(
    demo: dict[str, ClientData], params: Params, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Candidate]:
    """Client 2 after training, with the toy family beside the baseline."""
    kept = (families.BASELINE, TOY, families.FLEET, families.COMBINATION)
    monkeypatch.setattr(families, "FAMILIES", kept)
    list(train_fleet([demo["2"]], params, tmp_path, THIS_PROCESS))
    return {each.family: each for each in read_candidates(tmp_path, "2", 28)}


def test_it_is_tuned_within_its_budget_from_its_defaults_on(candidates: dict[str, Candidate]) -> None:
    assert list(candidates)[:2] == ["seasonal", "mean_of_days"]
    toy = candidates["mean_of_days"]
    assert toy.status == "fitted"
    assert len(toy.trials) == 2
    assert toy.trials[0]["days"] == TOY.defaults["days"]


def test_it_is_chosen_where_it_errs_least_and_named_in_both_languages(candidates: dict[str, Candidate]) -> None:
    rows = [candidates[name].row(28) for name in ("seasonal", TOY.name)]
    rows[1]["validation_wape_day"] = 0.0001
    (choice,) = choose(frames.check("candidates", pd.DataFrame(rows)), 1, "America/Lima").to_dict("records")
    assert choice["family"] == "mean_of_days"
    assert choice["reason_es"].startswith("Media de días: ")
    assert "mean of days" in choice["reason_en"].lower()
    assert families.words()["mean_of_days"].es == "media de días"


def test_it_is_backtested_on_its_own_schedule_kept_read_and_drawn(
    candidates: dict[str, Candidate], demo: dict[str, ClientData], params: Params, tmp_path: Path
) -> None:
    data, name = demo["2"], TOY.name
    result = backtest_client(data, name, {name: candidates[name].parameters}, params)
    assert set(result.expected["model"]) <= {name, "seasonal"}
    result.released.save(tmp_path / "model")
    assert json.loads((tmp_path / "model" / "spec.json").read_text())["family"] == name
    read = models.load(tmp_path / "model")
    assert read == result.released
    bands = frames.empty("bands", params.fleet.timezone)
    scores = score_client(data, result.forecasts, bands, name, params)
    test = scored_windows(data, params)[0]
    drawn = draw_client(
        ClientResults(data, name, test, result.forecasts, result.expected, bands, scores, [*candidates.values()], read),
        tmp_path,
    )
    files = {file.name for file in drawn[name]}
    assert {f"{name}.png", f"{name}_tuning.png", f"{name}_importance.png"} <= files
    assert list(colours())[2:4] == [name, "seasonal"]


def test_its_models_are_refitted_when_its_record_says(
    demo: dict[str, ClientData], params: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(families, "FAMILIES", (*families.FAMILIES, TOY))
    as_of = AsOfHistory(demo["2"].history(params), demo["2"].mask)
    slow, usual = (
        past_only_models(family, parameters, as_of, params)
        for family, parameters in ((TOY.name, TOY.defaults), ("xgboost", {**QUICK["xgboost"], "trees": 1}))
    )
    assert {len(each.days) for each in slow[:-1]} == {2 * params.backtest.refit_days}
    assert {len(each.days) for each in usual[:-1]} == {params.backtest.refit_days}
