import pandas as pd
import pytest

from vigia import frames
from vigia.choose import choose


def candidates(days: int = 84, **errors: float | None) -> pd.DataFrame:
    rows = [
        {
            "client_id": "9",
            "family": family,
            "status": "failed" if error is None else "fitted",
            "validation_wape_day": error,
            "default_wape_day": error,
            "validation_days": days,
            "trials": 1,
            "parameters": "{}",
            "message": None,
        }
        for family, error in errors.items()
    ]
    return frames.check("candidates", pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("errors", "days", "family"),
    [
        ({"seasonal": 0.10, "xgboost": 0.08, "lstm": 0.07}, 84, "lstm"),
        ({"seasonal": 0.10, "xgboost": 0.075, "lstm": 0.07}, 84, "xgboost"),
        ({"seasonal": 0.06, "xgboost": 0.08, "lstm": 0.07}, 84, "seasonal"),
        ({"seasonal": 0.10, "xgboost": None, "lstm": None}, 84, "seasonal"),
        ({"seasonal": 0.10, "xgboost": 0.05, "lstm": 0.07}, 20, "seasonal"),
        ({"seasonal": None, "xgboost": None, "lstm": None}, 0, "seasonal"),
        ({"seasonal": 0.10, "fleet": 0.2, "xgboost": 0.05}, 20, "fleet"),
        ({"seasonal": 0.10, "fleet": 0.07, "xgboost": 0.08, "combination": 0.075}, 84, "combination"),
    ],
    ids=[
        "smallest error",
        "steadier within a tenth",
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


def test_the_reason_names_the_figures_of_all_families() -> None:
    (row,) = choose(candidates(seasonal=0.10, xgboost=0.08, lstm=0.07), 28, "America/Lima").to_dict("records")
    assert "7.0%" in row["reason_es"]
    assert "8.0%" in row["reason_es"]
    assert "84 validation days" in row["reason_en"]
