"""Scores by window, against errors that are known beforehand."""

import pandas as pd
import pytest

from vigia.config import Params
from vigia.evaluate.forecasts import score_client, score_windows, scored_windows
from vigia.train import ClientData


@pytest.fixture
def windows(client: ClientData, forecasts: pd.DataFrame, params: Params) -> pd.DataFrame:
    table = score_windows("7", scored_windows(client, params), forecasts, "xgboost")
    return table.set_index(["model", "window", "days"]).sort_index()


@pytest.mark.parametrize(
    ("window", "days", "n_days", "wape", "bias"),
    [
        ("test", "all", 40, 0.1, 0.1),
        ("test", "normal", 40, 0.1, 0.1),
        ("earlier_1", "all", 40, 0.2, -0.2),
        ("earlier_2", "normal", 33, 0.0, 0.0),
    ],
)
def test_each_window_has_its_own_error(
    windows: pd.DataFrame, window: str, days: str, n_days: int, wape: float, bias: float
) -> None:
    row = windows.loc[("xgboost", window, days)]
    assert row["n_days"] == n_days
    assert row["wape_day"] == pytest.approx(wape)
    assert row["wape_hour"] == pytest.approx(wape)
    assert row["bias_day"] == pytest.approx(bias)


def test_a_masked_week_counts_on_all_days_and_not_on_normal_ones(windows: pd.DataFrame) -> None:
    assert windows.loc[("xgboost", "earlier_2", "all"), "wape_day"] == pytest.approx(0.5 * 7 / 40, rel=0.1)
    assert windows.loc["seasonal", "wape_day"].tolist() == pytest.approx([0.25] * 6)


def test_pinball_of_a_point_forecast_is_half_its_mean_absolute_error(
    windows: pd.DataFrame, client: ClientData, params: Params
) -> None:
    test = scored_windows(client, params)[0]
    error = 0.1 * test.actual.sum(axis=1).mean()
    assert windows.loc[("xgboost", "test", "all"), "pinball_day"] == pytest.approx(error / 2)


def test_the_test_window_says_the_same_as_the_scores_of_the_test_slice(
    windows: pd.DataFrame, client: ClientData, forecasts: pd.DataFrame, bands: pd.DataFrame, params: Params
) -> None:
    scores = score_client(client, forecasts, bands, "xgboost", params).set_index("model")
    for model in ("xgboost", "seasonal"):
        every, normal = windows.loc[(model, "test", "all")], windows.loc[(model, "test", "normal")]
        same = ["chosen", "n_days", "wape_day", "wape_hour", "mase_day", "mape_day", "bias_day"]
        pd.testing.assert_series_equal(scores.loc[model, same], every[same], check_names=False, check_dtype=False)
        assert scores.loc[model, "wape_day_normal"] == normal["wape_day"]
    assert scores.columns.tolist()[:9] == [
        "client_id",
        "chosen",
        "n_days",
        "wape_day",
        "wape_hour",
        "wape_day_normal",
        "mase_day",
        "mape_day",
        "bias_day",
    ]


def test_a_naive_error_comes_from_the_days_before_each_window(client: ClientData, params: Params) -> None:
    changed = client.readings.copy()
    late = changed.index >= 160 * 24
    changed.loc[late, "active_energy_kwh"] *= 3
    before, after = (
        scored_windows(ClientData("7", readings, client.mask), params) for readings in (client.readings, changed)
    )
    assert [window.naive_error for window in before] == [window.naive_error for window in after]


@pytest.mark.parametrize("days", [0, 1, 3], ids=["none", "one", "three"])
def test_a_client_of_a_few_days_has_rows_without_figures(
    client: ClientData, forecasts: pd.DataFrame, params: Params, days: int
) -> None:
    short = ClientData("7", client.readings.head(24 * days + 5), client.mask)
    table = score_windows("7", scored_windows(short, params), forecasts.iloc[:0], "seasonal")
    assert len(table) == 6
    assert table["chosen"].all()
    assert (table["n_days"] == 0).all()
    assert table["wape_day"].isna().all()
