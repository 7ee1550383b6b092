"""The small tables that `dvc plots` draws and compares."""

from pathlib import Path

import pandas as pd
import pytest

from vigia.evaluate.pictures import tuning_picture
from vigia.evaluate.plots import plot_tables
from vigia.train import Candidate


def candidate(client: str, family: str, *trials: tuple[str, float]) -> Candidate:
    rows = [{"number": number, "state": state, "wape": error} for number, (state, error) in enumerate(trials)]
    return Candidate(client, family, "fitted", 0.1, 0.1, 84, 1.0, {}, rows)


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    rows = [
        {
            "client_id": client,
            "model": model,
            "chosen": model == "fleet",
            "wape_day": 0.123456,
            "coverage_95_hour": covered,
        }
        for client, covered in (("1", 0.93), ("2", 0.95))
        for model in ("fleet", "seasonal")
    ]
    events = pd.DataFrame({"mode": ["past_only", "past_only", "two_sided"], "kind": ["spike", "spike", "stuck"]})
    candidates = [
        candidate("1", "xgboost", ("complete", 0.2), ("pruned", 0.01), ("complete", 0.1)),
        candidate("2", "xgboost", ("complete", 0.2), ("complete", 0.2)),
        candidate("1", "fleet", ("complete", 0.3)),
        candidate("1", "autoregression", ("complete", 0.3)),
        candidate("2", "lstm"),
    ]
    return plot_tables(pd.DataFrame(rows), events, candidates)


def test_errors_of_chosen_models_and_gaps_of_bands_are_rounded(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["wape"].to_dict("list") == {
        "client_id": ["1", "2"],
        "model": ["fleet", "fleet"],
        "wape_day": [0.1235, 0.1235],
    }
    assert tables["coverage"].to_dict("records") == [{"band": "95 % hour", "gap": -0.01}]
    assert tables["events"].to_dict("records") == [{"kind": "spike", "events": 2}]


def test_tuning_is_the_best_so_far_over_the_defaults_without_pruned_trials(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["tuning"].to_dict("list") == {"trial": [0, 1], "xgboost": [1.0, 0.75], "fleet": [1.0, 1.0]}


def test_the_picture_of_a_study_shows_nothing_of_what_a_pruned_trial_had_reached(tmp_path: Path) -> None:
    trials = ("complete", 0.2), ("pruned", 0.01), ("complete", 0.1)
    shown = [
        tuning_picture(candidate("1", "xgboost", *given), "client 1", tmp_path / f"{number}.png").read_bytes()
        for number, given in enumerate([trials, (trials[0], ("pruned", 0.5), trials[2]), (*trials[:2], trials[0])])
    ]
    assert shown[0] == shown[1] != shown[2]
