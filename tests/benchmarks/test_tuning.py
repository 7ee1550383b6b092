from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.fleet import Fleet
from benchmarks.paired import paired
from benchmarks.tuning.convergence import convergence, relative_best
from benchmarks.tuning.runs import Run, candidates_of, scored
from benchmarks.tuning.summary import summary
from tests.conftest import hourly_readings
from tests.support.zone import ZONE
from vigia import frames
from vigia.compute import THIS_PROCESS
from vigia.config import Params
from vigia.models.families import xgb
from vigia.train import ClientData


def trials(*values: float | None) -> list[dict[str, object]]:
    return [
        {"number": number, "state": "pruned" if value is None else "complete", "wape": value}
        for number, value in enumerate(values)
    ]


def test_convergence_begins_at_the_defaults_and_never_rises() -> None:
    assert relative_best(trials(0.2, 0.25, None, 0.1)) == [1.0, 1.0, 1.0, 0.5]
    assert relative_best(trials(None, 0.1)) == []


def test_convergence_is_the_mean_over_studies_that_went_so_far() -> None:
    table = convergence([("xgboost", trials(0.2, 0.1)), ("xgboost", trials(0.4)), ("fleet", trials(0.5, 0.5))])
    assert table.to_dict("records") == [
        {"family": "xgboost", "trials": 1, "studies": 2, "best_over_default": 1.0},
        {"family": "xgboost", "trials": 2, "studies": 1, "best_over_default": 0.5},
        {"family": "fleet", "trials": 1, "studies": 1, "best_over_default": 1.0},
        {"family": "fleet", "trials": 2, "studies": 1, "best_over_default": 1.0},
    ]


def test_errors_that_swing_both_ways_have_an_interval_around_zero() -> None:
    swing = np.tile([0.01, -0.01], 12)
    found = paired(0.1 + swing, np.full(24, 0.1))
    assert found.low < 0 < found.high
    assert (found.clients, found.better, found.worse) == (24, 12, 12)
    assert paired(np.array([0.1, np.nan]), np.array([0.2, 0.2])).clients == 1


def test_only_distinct_clients_are_compared_each_with_its_mean_over_seeds() -> None:
    rows = [
        {
            "budget": 1.0,
            "seed": seed,
            "client_id": client,
            "family": "xgboost",
            "tuned_by": "shared",
            "wape_day_tuned": tuned,
            "wape_day_default": 0.2,
            "validation_wape_tuned": 0.1,
            "validation_wape_default": 0.2,
        }
        for client, seed, tuned in (("1", 7, 0.05), ("1", 8, 0.15), ("2", 7, 0.9), ("2", 8, 0.9))
    ]
    (found,) = summary(pd.DataFrame(rows), ["1"]).to_dict("records")
    assert (found["clients"], found["seeds"], found["shared"]) == (1, 2, 1.0)
    assert found["gain %"] == found["validation gain %"] == pytest.approx(50.0)


def test_a_fleet_is_tuned_with_seed_and_budget_and_both_forecasts_are_scored_on_the_test_slice(tmp_path: Path) -> None:
    data = [
        ClientData(name, hourly_readings(240, name, seed), frames.empty("mask", ZONE)) for seed, name in enumerate("12")
    ]
    train = {"xgboost_trials": 1, "xgboost_own_trials": 0, "origins": 2}
    params = Params.model_validate({"fleet": {"name": "test", "timezone": ZONE}, "train": train})
    run = Run.of(params, 9, 2.0, ("xgboost",), tmp_path)
    assert (run.params.train.seed, run.params.train.xgboost_trials) == (9, 2)
    fleet = Fleet.of(data, run.params)
    found = candidates_of(run, data, THIS_PROCESS)
    assert [(each.client_id, each.family, len(each.trials)) for each in found] == [
        (client, "xgboost", 2) for client in "12"
    ]
    rows = scored(run, fleet, found, THIS_PROCESS)
    for client, each, row in zip(fleet.clients, found, rows, strict=True):
        assert row["n_days"] == len(client.scored)
        same = row["wape_day_tuned"] == row["wape_day_default"]
        assert same == (each.parameters == xgb.DEFAULTS)
