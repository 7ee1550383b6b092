import numpy as np
import pandas as pd
import pytest

from benchmarks.fleet import Fleet
from benchmarks.paired import paired
from benchmarks.tuning.__main__ import compared, score
from benchmarks.tuning.convergence import convergence, relative_best
from benchmarks.tuning.defaults import ClientTask, FleetTask, forecast
from tests.conftest import ZONE, hourly_readings
from vigia import frames
from vigia.config import Params
from vigia.models.families import xgb
from vigia.train import Candidate, ClientData


def trials(*values: float | None) -> list[dict[str, object]]:
    return [
        {"number": number, "state": "pruned" if value is None else "complete", "wape": value}
        for number, value in enumerate(values)
    ]


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    data = [
        ClientData(name, hourly_readings(170, name, seed), frames.empty("mask", ZONE)) for seed, name in enumerate("12")
    ]
    return Fleet.of(data, Params.model_validate({"fleet": {"name": "test"}}))


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


def test_only_distinct_clients_are_compared() -> None:
    table = pd.DataFrame(
        {
            "client_id": ["1", "2"],
            "wape_day_tuned": [0.1, 0.9],
            "wape_day_default": [0.2, 0.2],
            "validation_wape_tuned": [0.1, 0.1],
            "validation_wape_default": [0.3, 0.1],
        }
    )
    found = compared(table, ["1"])
    assert found.test.difference == pytest.approx(-0.1)
    assert found.validation.difference == pytest.approx(-0.2)


def test_the_defaults_forecast_every_scored_day_of_a_client(fleet: Fleet) -> None:
    client = fleet.clients[0]
    (totals,) = forecast(ClientTask(client, "xgboost", fleet.params)).values()
    assert totals.shape == client.actual.shape
    candidate = Candidate("1", "xgboost", "fitted", 0.1, 0.2, 28, 1.0, xgb.DEFAULTS, [])
    row = score(client, candidate, totals, totals)
    assert row["wape_day_tuned"] == row["wape_day_default"]
    assert row["n_days"] == len(client.scored)
    assert row["defaults_kept"]


def test_refits_of_the_fleet_model_in_two_tasks_cover_the_test_slice(fleet: Fleet) -> None:
    starts = fleet.starts(["1", "2"])
    parts = [forecast(FleetTask(fleet, starts[number::2])) for number in range(2)]
    known = [np.isfinite(part["1"]) for part in parts]
    assert not (known[0] & known[1]).any()
    assert (known[0] | known[1]).all()
