"""Pictures: which days they show, and that each is drawn where there is something to draw."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from tests.modelling.conftest import QUICK
from vigia import frames
from vigia.config import Params
from vigia.evaluate.album import ClientResults, draw_client, draw_fleet_model, gains_by_family
from vigia.evaluate.campaign import campaign_picture
from vigia.evaluate.cards import model_card
from vigia.evaluate.forecasts import score_client, score_windows, scored_windows
from vigia.evaluate.histories import longest_stretch, shown_days
from vigia.models.families import FLEET, fit
from vigia.models.families.combination import Combination
from vigia.models.families.fleet import FleetForecaster
from vigia.models.families.seasonal import Seasonal
from vigia.models.forecaster import FittedForecaster
from vigia.train import Candidate, ClientData

TRIALS = [{"number": number, "wape": wape} for number, wape in enumerate((0.2, None, 0.1))]


@pytest.fixture(scope="module")
def combined(client: ClientData, params: Params) -> Combination:
    history = client.history(params)
    days = np.arange(history.days)
    quick = {**FLEET.defaults, "trees": 10}
    members = (fit("fleet", history, days, quick, seed=1), fit("xgboost", history, days, QUICK["xgboost"], seed=1))
    return Combination(tuple(members), {}, history.first_day + timedelta(days=history.days))


@pytest.fixture
def results(
    client: ClientData, forecasts: pd.DataFrame, bands: pd.DataFrame, combined: Combination, params: Params
) -> ClientResults:
    candidates = [Candidate("7", "xgboost", "fitted", 0.1, 0.2, 84, 1.0, QUICK["xgboost"], TRIALS)]
    scores = score_client(client, forecasts, bands, "xgboost", params)
    test = scored_windows(client, params)[0]
    return ClientResults(client, "xgboost", test, forecasts, expected(client), bands, scores, candidates, combined)


def expected(client: ClientData) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "client_id": client.client_id,
                "timestamp": client.readings["timestamp"],
                "mode": mode,
                "expected_kwh": client.readings["active_energy_kwh"],
                "model": "xgboost",
                "quality": "ok",
            }
        )
        for mode in frames.MODES
    ]
    return frames.check("expected", pd.concat(parts, ignore_index=True))


def names(files: list[Path]) -> list[str]:
    return sorted(file.name for file in files)


def test_a_clients_pictures_stand_with_the_family_they_tell_of(results: ClientResults, tmp_path: Path) -> None:
    found = draw_client(results, tmp_path)
    own = ["coverage.png", "two_histories.png", "xgboost.png", "xgboost_importance.png", "xgboost_tuning.png"]
    assert names(found["xgboost"]) == own
    assert names(found["seasonal"]) == ["seasonal.png"]
    assert found["lstm"] == found["fleet"] == []
    for file in [*found["xgboost"], *found["seasonal"]]:
        assert np.ptp(imread(file)) > 0.5


def test_a_client_without_an_event_has_no_picture_of_one(results: ClientResults, tmp_path: Path) -> None:
    quiet = ClientData("7", results.data.readings, results.data.mask.iloc[:0])
    found = draw_client(ClientResults(**{**vars(results), "data": quiet}), tmp_path)
    assert "two_histories.png" not in names(found["xgboost"])


def test_a_model_without_boosters_has_no_features_to_show(results: ClientResults, tmp_path: Path) -> None:
    found = draw_client(ClientResults(**{**vars(results), "model": Seasonal()}), tmp_path)
    assert not [file for files in found.values() for file in files if file.name.endswith("importance.png")]


def test_gains_of_the_fleet_model_are_the_mean_of_its_members_and_add_up(combined: Combination) -> None:
    gains = gains_by_family(combined)
    assert set(gains) == {"fleet", "xgboost"}
    assert [sum(shares.values()) for shares in gains.values()] == pytest.approx([1.0, 1.0])


def test_the_fleet_model_is_drawn_once_for_all_clients(combined: Combination, tmp_path: Path) -> None:
    shared: FittedForecaster = combined.parts[0]
    assert isinstance(shared, FleetForecaster)
    study = Candidate("7", "fleet", "fitted", 0.1, 0.2, 84, 1.0, {}, TRIALS, importances={"trees": 1.0})
    assert names(draw_fleet_model(shared, study, tmp_path)) == ["fleet_importance.png", "fleet_tuning.png"]
    assert draw_fleet_model(None, None, tmp_path) == []


@pytest.mark.parametrize("clients", [1, 3, 40], ids=["one client", "three", "forty"])
def test_a_campaign_is_drawn_of_fleets_of_all_sizes(
    client: ClientData, forecasts: pd.DataFrame, params: Params, tmp_path: Path, clients: int
) -> None:
    one = score_windows("7", scored_windows(client, params), forecasts, "xgboost")
    fleet = pd.concat([one.assign(client_id=str(number)) for number in range(clients)], ignore_index=True)
    assert np.ptp(imread(campaign_picture(fleet, tmp_path / "campaign.png"))) > 0.5


@pytest.mark.parametrize(
    ("stretch", "days", "shown"),
    [((100, 200), 300, (86, 221)), ((100, 101), 300, (74, 134)), ((0, 300), 300, (0, 300)), ((5, 6), 30, (0, 30))],
    ids=["long", "one day", "all", "short history"],
)
def test_an_event_is_shown_with_the_weeks_around_it(
    stretch: tuple[int, int], days: int, shown: tuple[int, int]
) -> None:
    assert shown_days(stretch, days) == shown


def test_an_event_before_anything_could_be_expected_gives_way_to_a_later_one() -> None:
    masked = np.zeros(100, dtype=bool)
    masked[:40] = masked[60:70] = True
    assert longest_stretch(masked) == (0, 40)
    assert longest_stretch(masked, first=28) == (60, 70)
    assert longest_stretch(np.zeros(9, dtype=bool)) is None


@pytest.mark.parametrize(
    ("family", "parameters", "members"),
    [
        ("combination", '{"members": ["fleet", "lstm"]}', ["fleet", "lstm"]),
        ("seasonal", "{}", None),
    ],
)
def test_a_card_names_the_members_of_a_combination_and_the_pictures(
    results: ClientResults, params: Params, family: str, parameters: str, members: list[str] | None
) -> None:
    row = {"family": family, "status": "fitted", "validation_wape_day": 0.1, "default_wape_day": 0.1, "trials": 0}
    candidates = pd.DataFrame([{**row, "parameters": parameters, "message": None}])
    chosen = pd.Series({"family": family, "reason_es": "", "reason_en": ""})
    client = pd.Series({"name": "Cliente 7", "sector": None})
    card = model_card(
        results.data, client, candidates, chosen, results.scores, params, ["pictures/7/two_histories.png"]
    )
    assert card["members"] == members
    assert card["pictures"] == ["pictures/7/two_histories.png"]
    assert card["test"]["xgboost"]["coverage_95_hour"] == 1.0
