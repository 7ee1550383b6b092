from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from benchmarks.fleet import Fleet
from benchmarks.networks import refits, scores
from tests.conftest import ZONE, hourly_readings
from vigia import frames
from vigia.config import Params
from vigia.models.experts import joined
from vigia.models.families.combination import MEMBERS, following
from vigia.models.families.networks.fitted import DEFAULTS
from vigia.train import ClientData

START = 112
QUICK = {**DEFAULTS, "units": 8, "first_epochs": 2.0}


def fleet_of(spoiled_from: pd.Timestamp | None = None) -> Fleet:
    data = []
    for name, skipped in (("1", 0), ("2", 40)):
        readings = hourly_readings(150, name, seed=int(name)).iloc[24 * skipped :].reset_index(drop=True)
        if spoiled_from is not None:
            readings.loc[readings["timestamp"] >= spoiled_from, "active_energy_kwh"] = 1e6
        data.append(ClientData(name, readings, frames.empty("mask", ZONE)))
    return Fleet.of(data, Params.model_validate({"fleet": {"name": "test"}}))


def test_what_is_read_after_a_midnight_changes_nothing_that_is_learnt_or_forecast_at_it() -> None:
    fleet = fleet_of()
    midnight = pd.Timestamp(fleet.first_day + timedelta(days=START)).tz_localize(ZONE)
    models = []
    for each in (fleet, fleet_of(midnight)):
        variant = refits.Variant("quick", QUICK, own=True, seed=7)
        for start in refits.follow(each, [variant]):
            if start == START:
                break
        models.append(variant)
    for name in ("quick", "quick_own"):
        for client, offset in (("1", 0), ("2", 40)):
            before, after = (each.forecasts[name][client][: START + 1 - offset] for each in models)
            assert np.isfinite(before[-1]).all()
            assert np.array_equal(before, after, equal_nan=True)


def test_a_client_is_forecast_from_the_first_refit_with_enough_days_of_all_clients() -> None:
    forecasts, seconds = refits.forecast(refits.Task(fleet_of(), "quick", QUICK, own=True))
    known = {client: np.flatnonzero(np.isfinite(each).all(axis=1)) for client, each in forecasts["quick"].items()}
    assert known["1"].tolist() == list(range(84, 150))
    assert known["2"].tolist() == list(range(84 - 40, 110))
    assert set(seconds) == {"quick", "quick_own", "quick_inputs"}


def test_a_network_that_knows_the_days_is_heard_in_the_combination() -> None:
    (client, _) = fleet_of().clients
    history = client.history
    off = {name: history.values * factor for name, factor in zip(MEMBERS, (1.3, 1.4, 0.5, 0.6), strict=True)}
    values = {**off, "knows": history.values.copy()}
    actual, today = history.values.sum(axis=1), scores.combinations(["knows"])[scores.TODAY]
    weights, _ = following(off, actual)
    assert np.array_equal(scores.combined(values, today, actual), joined(np.stack(list(off.values())), weights[:-1]))
    together = {
        name: scores.combined(values, priors, actual) for name, priors in scores.combinations(["knows"]).items()
    }
    table = pd.DataFrame(scores.client_scores(client, 0.2, {**values, **together}))
    report = scores.summary(table, scores.TODAY, ["1"])
    last = {row["model"]: row for row in report.to_dict("records") if row["window"] == "test"}
    assert last["knows"]["wape_day_mean"] == pytest.approx(0)
    assert last["fleet"]["wape_day_mean"] == pytest.approx(0.3)
    assert last["combination + knows"]["difference"] < -0.05
    assert last[scores.TODAY]["difference"] == 0
