import numpy as np
import pandas as pd
import pytest

from benchmarks.peers.export import daily_totals
from benchmarks.peers.scores import client_scores, side_by_side
from tests.conftest import ZONE
from vigia import frames
from vigia.config import Params
from vigia.evaluate.forecasts import test_slice as slice_of
from vigia.models.history import DailyHistory
from vigia.splits import windows
from vigia.train import ClientData


@pytest.fixture
def params() -> Params:
    return Params.model_validate({"fleet": {"name": "test"}})


def totals(readings: pd.DataFrame, params: Params) -> pd.DataFrame:
    return daily_totals("7", DailyHistory.from_readings(readings, ZONE, "PE"), params)


def test_the_days_are_those_that_the_reports_score(readings: pd.DataFrame, params: Params) -> None:
    cut = readings.drop(index=[*range(5), 24 * 120]).iloc[:-7].reset_index(drop=True)
    table = totals(cut, params)
    scored = table[table["in_test"] & table["actual_kwh"].notna()]
    expected = slice_of(ClientData("7", cut, frames.empty("mask", ZONE)), params)
    days = [expected.history.midnight(int(day)).tz_localize(None) for day in expected.days]
    assert scored["day"].tolist() == days
    assert np.allclose(scored["actual_kwh"], expected.actual.sum(axis=1))


@pytest.mark.parametrize("window", ["earlier_1", "earlier_2"])
def test_of_an_earlier_window_nothing_after_it_is_there(readings: pd.DataFrame, params: Params, window: str) -> None:
    history = DailyHistory.from_readings(readings, ZONE, "PE")
    table = daily_totals("7", history, params, window)
    scored = windows(history.days, params.splits.test_share)[window]
    assert np.flatnonzero(table["in_test"]).tolist() == scored.tolist()
    assert len(table) == scored[-1] + 1


def test_partial_days_at_the_ends_are_cut_off(readings: pd.DataFrame, params: Params) -> None:
    table = totals(readings.iloc[5:-7], params)
    assert len(table) == 138
    assert table["actual_kwh"].notna().all()
    assert (table["known_kwh"] == table["actual_kwh"]).all()


def test_a_missing_day_is_filled_from_before_only(readings: pd.DataFrame, params: Params) -> None:
    full = totals(readings, params)
    gap = totals(readings.drop(index=[24 * 2, 24 * 50, 24 * 57]), params)
    assert gap["actual_kwh"].isna().sum() == 3
    assert gap["known_kwh"][[50, 57]].tolist() == [full["actual_kwh"][43]] * 2
    assert gap["known_kwh"][2] == full["actual_kwh"][1]


def test_a_client_without_a_whole_day_has_no_total(readings: pd.DataFrame, params: Params) -> None:
    assert totals(readings.iloc[3:20], params).empty


def test_models_stand_beside_each_other_on_the_same_clients() -> None:
    forecasts = pd.DataFrame(
        {"client_id": ["1", "1"], "model": "MSTL", "actual_kwh": 10.0, "forecast_kwh": [9.0, 12.0]}
    )
    peers = client_scores(forecasts)
    assert peers.to_dict("records") == [{"client_id": "1", "model": "MSTL", "n_days": 2, "wape_day": 0.15}]
    own = pd.DataFrame(
        [("1", "xgboost", True, 2, 0.1), ("1", "lstm", False, 2, 0.2), ("8", "xgboost", True, 2, 0.9)],
        columns=["client_id", "model", "chosen", "n_days", "wape_day"],
    )
    table = side_by_side(peers, own).set_index("model")
    assert table["mean"].to_dict() == {"Vigía, chosen": 0.1, "Vigía, xgboost": 0.1, "MSTL": 0.15, "Vigía, lstm": 0.2}
    assert side_by_side(peers, None)["model"].tolist() == ["MSTL"]
