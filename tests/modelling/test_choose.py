import json

import numpy as np
import pandas as pd
import pytest

from vigia import frames
from vigia.choose import choose


def candidates(days: int = 84, client: str = "9", **errors: float | None) -> pd.DataFrame:
    return blocks(days, client, **{family: error and [error] for family, error in errors.items()})


def blocks(days: int = 84, client: str = "9", **errors: list[float] | None) -> pd.DataFrame:
    rows = [
        {
            "client_id": client,
            "family": family,
            "status": "fitted" if each else "failed",
            "validation_wape_day": float(np.mean(each)) if each else None,
            "default_wape_day": float(np.mean(each)) if each else None,
            "validation_wape_by_block": json.dumps(dict(enumerate(each or []))),
            "validation_days": days,
            "trials": 1,
            "parameters": "{}",
            "message": None,
            "tuned_by": "defaults",
            "believed_gain": 0.0,
        }
        for family, each in errors.items()
    ]
    return frames.check("candidates", pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("errors", "days", "family"),
    [
        ({"seasonal": 0.10, "xgboost": 0.08, "lstm": 0.07}, 84, "lstm"),
        ({"seasonal": 0.10, "xgboost": 0.07, "lstm": 0.07}, 84, "xgboost"),
        ({"seasonal": 0.06, "xgboost": 0.08, "lstm": 0.07}, 84, "seasonal"),
        ({"seasonal": 0.10, "xgboost": None, "lstm": None}, 84, "seasonal"),
        ({"seasonal": 0.10, "xgboost": 0.05, "lstm": 0.07}, 20, "seasonal"),
        ({"seasonal": None, "xgboost": None, "lstm": None}, 0, "seasonal"),
        ({"seasonal": 0.10, "fleet": 0.2, "xgboost": 0.05}, 20, "fleet"),
        ({"seasonal": 0.10, "fleet": 0.07, "xgboost": 0.08, "combination": 0.069}, 84, "combination"),
    ],
    ids=[
        "smallest error",
        "the steadier of equals",
        "baseline wins",
        "others failed",
        "too few days",
        "nothing known",
        "new client of a fleet",
        "combination",
    ],
)
def test_the_smallest_validation_error_wins_unless_it_says_little(
    errors: dict[str, float | None], days: int, family: str
) -> None:
    (row,) = choose(candidates(days, **errors), 28, "America/Lima").to_dict("records")
    assert row["family"] == family


def test_a_lucky_season_of_one_client_does_not_choose_against_all_others() -> None:
    others = [
        blocks(84, str(client), fleet=[0.1, 0.1, 0.1], lstm=[0.14 - 0.005 * (client % 3), 0.10, 0.15])
        for client in range(10)
    ]
    lucky = blocks(84, "lucky", fleet=[0.1, 0.1, 0.1], lstm=[0.14, 0.05, 0.09])
    alone = choose(lucky, 28, "America/Lima").iloc[0]
    assert alone["family"] == "lstm"
    chosen = choose(pd.concat([*others, lucky]), 28, "America/Lima").set_index("client_id")
    assert chosen.loc["lucky", "family"] == "fleet"


def test_what_holds_in_every_block_is_believed_of_a_client_alone() -> None:
    others = [blocks(84, str(c), fleet=[0.1, 0.1, 0.1], seasonal=[0.2, 0.21, 0.19]) for c in range(10)]
    steady = blocks(84, "steady", fleet=[0.1, 0.1, 0.1], seasonal=[0.05, 0.051, 0.049])
    chosen = choose(pd.concat([*others, steady]), 28, "America/Lima").set_index("client_id")
    assert chosen.loc["steady", "family"] == "seasonal"
    assert chosen.loc["3", "family"] == "fleet"


def test_the_reason_names_the_figures_of_all_families() -> None:
    (row,) = choose(candidates(seasonal=0.10, xgboost=0.08, lstm=0.07), 28, "America/Lima").to_dict("records")
    assert "7.0%" in row["reason_es"]
    assert "8.0%" in row["reason_es"]
    assert "84 validation days" in row["reason_en"]


def test_what_tuning_won_on_the_days_it_picked_on_is_taken_back() -> None:
    steady = candidates(fleet=0.10, xgboost=0.09, combination=0.095)
    assert choose(steady, 28, "America/Lima")["family"].tolist() == ["xgboost"]
    picked = steady.assign(default_wape_day=[0.10, 0.10, 0.095])
    (choice,) = choose(picked, 28, "America/Lima").to_dict("records")
    assert choice["family"] == "combination"
    assert "XGBoost 9.0% (10.0%)" in choice["reason_en"]
