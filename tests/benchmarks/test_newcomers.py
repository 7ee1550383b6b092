from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from benchmarks.fleet import Fleet
from benchmarks.newcomers import groups, plain, scores
from benchmarks.newcomers.forecasts import Task, beginning, forecast_fold, newcomers
from tests.conftest import ZONE, hourly_readings
from vigia import frames, metrics
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models.families import FLEET
from vigia.train import ClientData

START = 196


def client(client_id: str, readings: pd.DataFrame) -> ClientData:
    return ClientData(client_id, readings.assign(client_id=client_id), frames.empty("mask", ZONE))


@pytest.fixture(scope="module")
def data() -> list[ClientData]:
    """Clients 1 and 2 are duplicates, 3 begins a month later, 4 is 3 with other readings in its last 80 days."""
    first, third = hourly_readings(240, seed=1), hourly_readings(240, seed=3).iloc[24 * 30 :].reset_index(drop=True)
    near = third.copy()
    near.loc[24 * 130 :, "active_energy_kwh"] *= 1.1
    return [client("1", first), client("2", first), client("3", third), client("4", near)]


@pytest.fixture(scope="module")
def fleet(data: list[ClientData]) -> Fleet:
    return Fleet.of(data, Params.model_validate({"fleet": {"name": "test"}}))


def test_duplicates_and_clients_that_share_most_days_are_left_out_together(fleet: Fleet) -> None:
    assert sorted(groups.related(fleet.clients)) == [["1", "2"], ["3", "4"]]
    assert groups.shared_days(fleet.clients[2], fleet.clients[3]) == pytest.approx(130 / 210)
    assert groups.shared_days(fleet.clients[0], fleet.clients[2]) == 0
    for fold in groups.folds(groups.related(fleet.clients), count=3):
        views = fleet.known_at(START, fold)
        assert len(views) == 2
        for left_out in (each.history.values for each in fleet.clients if each.client_id in fold):
            assert not any(np.isin(view.values, left_out).any() for view, _ in views)


def test_days_without_consumption_are_not_shared_days() -> None:
    idle = hourly_readings(240).assign(active_energy_kwh=0.0)
    other = idle.copy()
    other.loc[:47, "active_energy_kwh"] = 5.0
    both = Fleet.of([client("1", idle), client("2", other)], Params.model_validate({"fleet": {"name": "test"}})).clients
    assert groups.shared_days(*both) == 0


def test_a_fleet_model_learns_from_no_day_on_or_after_its_midnight(fleet: Fleet) -> None:
    midnight = fleet.first_day + timedelta(days=START)
    for history, days in fleet.known_at(START, ["1", "2"]):
        assert history.first_day + timedelta(days=history.days) == midnight
        assert days.max() < history.days


def test_what_is_read_later_changes_nothing_that_a_fleet_model_learns_from(
    data: list[ClientData], fleet: Fleet
) -> None:
    later = pd.Timestamp(fleet.first_day + timedelta(days=START)).tz_localize(ZONE)
    spoiled = []
    for each in data:
        readings = each.readings.copy()
        readings.loc[readings["timestamp"] >= later, "active_energy_kwh"] = 1e6
        spoiled.append(ClientData(each.client_id, readings, each.mask))
    for (before, _), (after, _) in zip(
        fleet.known_at(START), Fleet.of(spoiled, fleet.params).known_at(START), strict=True
    ):
        assert np.array_equal(before.values, after.values)
        assert np.array_equal(before.filled, after.filled)


def test_each_scored_day_is_predicted_by_one_refit_that_lies_before_it(fleet: Fleet) -> None:
    for one in fleet.clients:
        parts = [(start, fleet.predicted(one, start)) for start in fleet.starts([one.client_id])]
        assert np.array_equal(np.concatenate([days for _, days in parts]), one.scored)
        assert all((days + fleet.offset(one) >= start).all() for start, days in parts)


def test_a_shortened_history_has_so_many_days_before_the_test_slice(fleet: Fleet) -> None:
    one = fleet.clients[2]
    found = {new.length: new for new in newcomers(one)}
    assert list(found) == ["14", "30", "60", "120", "whole"]
    for length in (14, 30, 60, 120):
        new = found[str(length)]
        assert new.known_days == length
        assert np.array_equal(new.history.values, one.history.values[one.test_start - length :])
        assert new.history.first_day == one.history.first_day + timedelta(days=one.test_start - length)
        assert np.array_equal(
            new.history.holiday[: new.history.days], one.history.holiday[new.dropped :][: len(new.history.values)]
        )
    assert found["whole"].known_days == one.test_start


def test_a_gap_at_its_beginning_is_not_filled_from_days_that_it_never_had(fleet: Fleet) -> None:
    history = fleet.clients[0].history
    values = history.values.copy()
    values[100] = np.nan
    whole = type(history).from_values(history.first_day, history.zone, values, history.holiday)
    assert (whole.filled[100] > 0).all()
    assert (beginning(whole, 100).filled[0] == 0).all()


def test_the_plain_booster_reads_only_the_days_before(fleet: Fleet) -> None:
    booster = plain.fit(fleet.known_at(START, ["1", "2"]))
    new = beginning(fleet.clients[0].history, 180)
    days = np.array([15, 40])
    forecast = plain.predict(booster, new, days)
    assert metrics.wape(new.values[days].sum(axis=1), forecast) < 0.2
    cut = [plain.predict(booster, new.head(int(day)), np.array([day]))[0] for day in days]
    assert np.array_equal(forecast, cut)


def test_two_weeks_are_too_few_for_the_plain_booster_alone(fleet: Fleet) -> None:
    with pytest.raises(ModelError):
        plain.fit([(beginning(fleet.clients[0].history, 226), np.arange(14))])


def test_a_regular_newcomer_is_forecast_by_every_model_that_has_enough_days(fleet: Fleet) -> None:
    quick = {**FLEET.defaults, "trees": 20}
    found = forecast_fold(Task(["1", "2"], fleet, quick))
    one = fleet.clients[0]
    first = one.scored < one.test_start + scores.FIRST_DAYS
    rows = [
        row
        for length in scores.ORDER
        for row in scores.client_scores("1", length, one.actual, first, found["1", length])
    ]
    table = pd.DataFrame(rows)
    assert (table["n_days"] == len(one.scored)).all()
    assert (table["wape_day"] < 0.3).all()
    alone = {length: set(part["model"]) & set(scores.ALONE) for length, part in table.groupby("history_days")}
    assert alone == {
        "14": set(),
        "30": {"plain_alone"},
        **{length: set(scores.ALONE) for length in ("60", "120", "whole")},
    }
    report = scores.summary(table, ["1"]).set_index(["history_days", "model"])
    assert report.loc[("14", "plain_fleet"), "minus_plain_fleet"] == 0
    assert report.loc[("14", "fleet_tuned"), "clients"] == 1
