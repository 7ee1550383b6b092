"""Cutting a series changes nothing before the cut, with hyper-parameters and family fixed."""

from pathlib import Path

import pandas as pd
import pytest

from tests.modelling.conftest import QUICK
from vigia import splits
from vigia.backtest import backtest_client
from vigia.backtest.fleet import fit_fleet_models
from vigia.backtest.shared import FleetModels
from vigia.calibrate import calibrate_client
from vigia.compute import THIS_PROCESS
from vigia.config import Params
from vigia.models.families import FLEET, named, of_clients
from vigia.train import ClientData

CUTS = ("2023-11-08 09:00", "2024-03-21 00:00")


def cut_at(data: ClientData, when: pd.Timestamp) -> ClientData:
    """The client as it was known at `when`."""
    mask = data.mask[data.mask["known_at"] < when]
    mask = mask.assign(end=mask["end"].where(mask["end"] < when, when)).reset_index(drop=True)
    return ClientData(data.client_id, data.readings[data.readings["timestamp"] < when], mask)


@pytest.mark.parametrize(
    ("client", "family"),
    # An LSTM is fitted so often that one client must do.
    [(client, each.name) for client in ("2", "7") for each in of_clients() if (client, each.name) != ("2", "lstm")],
)
def test_expectation_and_thresholds_before_a_cut_do_not_depend_on_what_follows(
    demo: dict[str, ClientData], params: Params, client: str, family: str
) -> None:
    parameters = {family: QUICK.get(family, named(family).defaults)}
    whole = backtest_client(demo[client], family, parameters, params)
    bands = calibrate_client(demo[client], whole.expected, whole.ahead, params, False)
    for text in CUTS:
        when = pd.Timestamp(text, tz=params.fleet.timezone)
        data = cut_at(demo[client], when)
        part = backtest_client(data, family, parameters, params)
        pd.testing.assert_frame_equal(before(whole.expected, when), before(part.expected, when))
        cut_bands = calibrate_client(data, part.expected, part.ahead, params, False)
        key = ["valid_from", "basis", "resolution", "horizon_day", "hour_group", "level"]
        pd.testing.assert_frame_equal(
            before(bands.thresholds, when, "valid_from", key), before(cut_bands.thresholds, when, "valid_from", key)
        )
        whole_days = when.normalize()
        key = ["timestamp", "resolution", "level"]
        pd.testing.assert_frame_equal(
            before(bands.bands, whole_days, key=key), before(cut_bands.bands, whole_days, key=key)
        )


def test_the_fleet_model_before_a_cut_does_not_depend_on_what_any_client_does_later(
    demo: dict[str, ClientData], params: Params, tmp_path: Path
) -> None:
    parameters = {"fleet": {**FLEET.defaults, "trees": 15}, "xgboost": QUICK["xgboost"]}
    parameters["autoregression"] = QUICK["autoregression"]
    parameters["last_day"] = {}
    parameters["combination"] = {"members": ["fleet", "xgboost", "autoregression", "last_day"]}
    when = pd.Timestamp(CUTS[1], tz=params.fleet.timezone)
    cut = {client: cut_at(data, when) for client, data in demo.items()}
    found = []
    for name, clients in (("whole", demo), ("cut", cut)):
        data = list(clients.values())
        models = FleetModels.of([client.history(params) for client in data], params, tmp_path / name)
        list(fit_fleet_models(data, models, parameters["fleet"], params, THIS_PROCESS))
        found.append(backtest_client(clients["7"], "combination", parameters, params, models))
    whole, cut_off = found
    pd.testing.assert_frame_equal(before(whole.expected, when), before(cut_off.expected, when))
    for name in ("forecasts", "ahead"):
        one, other = (getattr(each, name) for each in found)
        key = ["model", "issued_at", "timestamp"]
        kept = [
            part[(part["model"] == "combination") & (part["timestamp"] < when.normalize())].sort_values(
                key, ignore_index=True
            )
            for part in (one, other)
        ]
        assert len(kept[0]) > 24 * 100
        pd.testing.assert_frame_equal(*kept)
    past = whole.expected[whole.expected["mode"] == "past_only"]
    assert {"combination", "fleet", "seasonal"} >= set(past["model"]) >= {"combination", "seasonal"}


def before(
    frame: pd.DataFrame, when: pd.Timestamp, column: str = "timestamp", key: list[str] | None = None
) -> pd.DataFrame:
    kept = frame[(frame["mode"] == "past_only") & (frame[column] < when)]
    return kept.sort_values(key or [column]).reset_index(drop=True)


def test_no_past_only_expectation_in_the_first_four_weeks(demo: dict[str, ClientData], params: Params) -> None:
    expected = backtest_client(demo["7"], "seasonal", {"seasonal": QUICK["seasonal"]}, params).expected
    past = expected[expected["mode"] == "past_only"]
    early = past["timestamp"] < past["timestamp"].iloc[0] + pd.Timedelta(days=28)
    assert past.loc[early, "expected_kwh"].isna().all()
    assert (past.loc[early, "quality"] == "warming_up").all()
    assert past.loc[~early, "expected_kwh"].notna().all()


def test_the_expectation_does_not_follow_an_open_event(demo: dict[str, ClientData], params: Params) -> None:
    data = demo["7"]
    (event,) = data.mask[data.mask["mode"] == "past_only"].nlargest(1, "end").to_dict("records")
    expected = backtest_client(data, "xgboost", {"xgboost": QUICK["xgboost"]}, params).expected
    past = expected[(expected["mode"] == "past_only") & (expected["timestamp"] > event["known_at"])]
    late = past[past["timestamp"] > event["end"] - pd.Timedelta(days=7)].set_index("timestamp")["expected_kwh"]
    measured = data.readings.set_index("timestamp")["active_energy_kwh"].reindex(late.index)
    assert late.sum() > 1.8 * measured.sum()


def test_every_family_is_kept_from_the_earliest_window_on_and_the_chosen_one_from_the_first_fit(
    demo: dict[str, ClientData], params: Params
) -> None:
    data = demo["7"]
    days = data.history(params).days
    result = backtest_client(data, "xgboost", {"xgboost": QUICK["xgboost"], "lstm": QUICK["lstm"]}, params)
    first = result.forecasts.groupby("model")["timestamp"].min()
    day = (first - data.readings["timestamp"].iloc[0].normalize()) // pd.Timedelta(days=1)
    earliest = splits.first_scored(days, params.splits.test_share)
    assert day[["lstm", "last_day", "last_week"]].tolist() == [earliest] * 3
    assert day["xgboost"] == 28
