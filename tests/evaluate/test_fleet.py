"""Figures and tables of a campaign."""

import pandas as pd
import pytest

from vigia.evaluate.fleet import campaign_metrics, choice_table, fleet_metrics, window_table, worst_client

ERRORS = {"1": 0.10, "2": 0.20, "resting": 6.0}


def window_rows() -> pd.DataFrame:
    """Three clients, one of which rests through the test slice; its chosen model errs least of its models."""
    rows = []
    for window, factor in (("test", 1.0), ("earlier_1", 0.5), ("earlier_2", 0.5)):
        for client, error in ERRORS.items():
            error = 0.3 if client == "resting" and window != "test" else error
            for model, times in (("xgboost", 1.0), ("seasonal", 2.0)):
                for days, normal in (("all", 1.0), ("normal", 0.9)):
                    row = {"client_id": client, "model": model, "chosen": model == "xgboost", "window": window}
                    rows.append({**row, "days": days, "wape_day": error * factor * times * normal})
    return pd.DataFrame(rows)


def slice_scores() -> pd.DataFrame:
    rows = window_rows()
    test = rows[(rows["window"] == "test") & (rows["days"] == "all")].drop(columns=["window", "days"])
    return test.assign(wape_hour=0.3, wape_day_normal=0.9 * test["wape_day"], mase_day=0.5, coverage_95_hour=0.95)


def test_a_client_that_rests_does_not_decide_the_mean_without_the_worst() -> None:
    found = fleet_metrics(slice_scores(), window_rows())
    assert found["wape_day_mean"] == pytest.approx(2.1)
    assert found["wape_day_median"] == pytest.approx(0.2)
    assert found["wape_day_mean_without_worst"] == pytest.approx(0.15)
    assert found["wape_day_normal_mean_without_worst"] == pytest.approx(0.135)
    assert found["wape_day_mean_without_worst_seasonal"] == pytest.approx(0.3)


def test_each_window_leaves_out_its_own_worst_client() -> None:
    rows = window_rows()
    found = fleet_metrics(slice_scores(), rows)
    assert worst_client(rows[rows["window"] == "earlier_1"]) == "resting"
    assert found["earlier_1_wape_day_mean"] == pytest.approx(0.1)
    assert found["earlier_1_wape_day_mean_without_worst"] == pytest.approx(0.075)


def test_one_client_has_no_mean_without_the_worst() -> None:
    rows, scores = window_rows(), slice_scores()
    found = fleet_metrics(scores[scores["client_id"] == "1"], rows[rows["client_id"] == "1"])
    assert found["wape_day_mean"] == pytest.approx(0.1)
    assert "wape_day_mean_without_worst" not in found


def test_the_table_of_a_campaign_has_a_row_a_client_and_window() -> None:
    table = window_table(window_rows())
    assert set(table.columns) == {"window", "client_id", "seasonal", "xgboost", "chosen"}
    assert len(table) == 9
    assert (table["chosen"] == "xgboost").all()


def test_a_choice_stands_beside_what_would_have_been_best() -> None:
    scores = slice_scores()
    scores.loc[(scores["client_id"] == "2") & (scores["model"] == "seasonal"), "wape_day"] = 0.05
    reasons = {"reason_en": "errs least", "reason_es": "yerra menos"}
    chosen = pd.DataFrame([{"client_id": client, "family": "xgboost", **reasons} for client in ERRORS])
    table = choice_table(chosen.assign(validation_wape_day=0.1), scores).set_index("client_id")
    assert table["best_on_test"].to_dict() == {"1": "xgboost", "2": "seasonal", "resting": "xgboost"}
    assert table.loc["2", ["test_wape_day", "best_wape_day"]].tolist() == [0.2, 0.05]
    assert table.loc["2", "reason_en"] == "errs least"


def test_a_campaign_has_mean_and_median_of_each_model_and_of_the_chosen_ones() -> None:
    found = campaign_metrics(window_rows())
    assert found["test_median_wape_day_xgboost"] == found["test_median_wape_day_chosen"] == pytest.approx(0.2)
    assert found["earlier_2_mean_wape_day_seasonal"] == pytest.approx(0.2)
