from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.conftest import ZONE, hourly_readings
from vigia import metrics, models
from vigia.errors import ModelError
from vigia.models.ahead import predict_days_ahead
from vigia.models.families import FAMILIES, fit, named
from vigia.models.families.combination import OWN_FROM_DAYS, Combination, middle
from vigia.models.history import DailyHistory
from vigia.models.loading import Shared

QUICK: dict[str, dict[str, Any]] = {
    "xgboost": {"trees": 40},
    "autoregression": {"trees": 60, "min_child_weight": 2.0},
    "lstm": {"epochs": 12, "units": 8, "learning_rate": 0.01},
    "fleet": {"trees": 60, "min_child_weight": 2.0},
}
FITTED = tuple(family.name for family in FAMILIES if family.fit is not None)
FOLLOWING = tuple(name for name in FITTED if name != "autoregression")


def fitted(family: str, history: DailyHistory, days: np.ndarray) -> models.FittedForecaster:
    return fit(family, history, days, {**named(family).defaults, **QUICK.get(family, {})}, seed=3)


@pytest.fixture(scope="module")
def history() -> DailyHistory:
    return DailyHistory.from_readings(hourly_readings(140), ZONE, "PE")


@pytest.mark.parametrize("family", [name for name in FITTED if name != "last_day"])
def test_a_regular_client_is_forecast_within_a_few_percent(family: str, history: DailyHistory) -> None:
    model, days = fitted(family, history, np.arange(28, 110)), np.arange(110, 140)
    assert metrics.wape(history.values[days].sum(axis=1), model.predict(history, days).sum(axis=1)) < 0.05


@pytest.mark.parametrize("family", FITTED)
def test_a_forecast_reads_nothing_from_its_own_day_on(family: str, history: DailyHistory) -> None:
    model = fitted(family, history, np.arange(28, 110))
    future = history.filled.copy()
    future[120:] = 1e6
    spoiled = DailyHistory.from_values(history.first_day, ZONE, future, history.holiday)
    assert np.array_equal(model.predict(history, np.array([120])), model.predict(spoiled, np.array([120])))


@pytest.mark.parametrize("family", FOLLOWING)
def test_a_changed_level_is_followed_because_inputs_are_over_the_recent_level(
    family: str, history: DailyHistory
) -> None:
    model = fitted(family, history, np.arange(28, 110))
    tripled = DailyHistory.from_values(history.first_day, ZONE, 3 * history.values, history.holiday)
    days = np.arange(120, 130)
    assert np.allclose(model.predict(tripled, days), 3 * model.predict(history, days), rtol=1e-4)


@pytest.mark.parametrize("family", FITTED)
def test_a_saved_forecaster_says_the_same(family: str, history: DailyHistory, tmp_path: Path) -> None:
    model, days = fitted(family, history, np.arange(28, 110)), np.arange(110, 140)
    model.save(tmp_path)
    again = models.load(tmp_path)
    assert again.family == family
    assert np.allclose(again.predict(history, days), model.predict(history, days), rtol=1e-4)
    assert not list(tmp_path.glob("*.pkl"))


@pytest.mark.parametrize("family", FITTED)
def test_the_same_seed_gives_the_same_fit_to_the_bit(family: str, history: DailyHistory) -> None:
    days = np.arange(28, 110)
    first, second = (fitted(family, history, days).predict(history, days) for _ in range(2))
    assert np.array_equal(first, second)


def test_several_days_ahead_begin_with_the_day_ahead_forecast_and_use_no_later_reading(history: DailyHistory) -> None:
    model = fitted("xgboost", history, np.arange(28, 110))
    origins = np.array([112, 125, 139])
    ahead = predict_days_ahead(model, history, origins, 7)
    assert ahead.shape == (3, 7, 24)
    assert np.array_equal(ahead[:, 0], model.predict(history, origins))
    assert np.array_equal(ahead[0], models.predict_ahead(model, history.head(112), 112, 7))


def test_an_event_does_not_become_what_is_expected_of_normal_days() -> None:
    readings = hourly_readings(140)
    spoiled = readings.copy()
    spoiled.loc[24 * 60 : 24 * 70 - 1, "active_energy_kwh"] *= 50
    rows = pd.DataFrame({"channel": ["active"], "start": [spoiled["timestamp"][24 * 60]]})
    rows["end"] = rows["known_at"] = spoiled["timestamp"][24 * 70]
    normal = DailyHistory.from_readings(spoiled, ZONE, "PE").normal(rows)
    model = fitted("xgboost", normal, np.arange(28, 110))
    days = np.arange(110, 140)
    assert metrics.wape(normal.values[days].sum(axis=1), model.predict(normal, days).sum(axis=1)) < 0.1


def test_a_change_of_level_that_was_seen_before_is_followed_from_its_first_whole_day() -> None:
    values = hourly_readings(200)["active_energy_kwh"].to_numpy().reshape(-1, 24).copy()
    for start in (50, 80, 110, 140, 170):
        values[start : start + 15] *= 3
    history = DailyHistory.from_values(date(2024, 1, 1), ZONE, values, np.zeros(300, dtype=bool))
    model = fit(
        "fleet", history, np.arange(28, 160), {**named("fleet").defaults, "trees": 150, "min_child_weight": 2.0}, seed=3
    )
    days = np.arange(171, 184)
    assert metrics.wape(values[days].sum(axis=1), model.predict(history, days).sum(axis=1)) < 0.1


def test_a_client_of_two_weeks_is_served_by_the_fleet_model(history: DailyHistory) -> None:
    model = fitted("fleet", history, np.arange(28, 110))
    new = DailyHistory.from_readings(hourly_readings(20, seed=5), ZONE, "PE")
    days = np.arange(model.history_days, 20)
    assert metrics.wape(new.values[days].sum(axis=1), model.predict(new, days).sum(axis=1)) < 0.1
    assert np.array_equal(model.predict(new, days[:1]), model.predict(new.head(int(days[0])), days[:1]))
    assert np.array_equal(predict_days_ahead(model, new, days[:1], 3)[0, 0], model.predict(new, days[:1])[0])


def test_an_autoregression_comes_back_to_the_level_that_it_knows(history: DailyHistory) -> None:
    model = fitted("autoregression", history, np.arange(28, 110))
    values = history.values.copy()
    values[119] *= 3
    once = DailyHistory.from_values(history.first_day, ZONE, values, history.holiday)
    days = np.array([120])
    assert model.predict(once, days).sum() < 1.2 * history.values[days].sum()


def test_a_combination_says_the_middle_day_after_some_months_and_keeps_the_shared_model_once(
    history: DailyHistory, tmp_path: Path
) -> None:
    days = np.arange(110, 140)
    members = [fitted(family, history, np.arange(28, 110)) for family in ("fleet", "xgboost", "autoregression")]
    members[0].save(tmp_path / "@fleet")
    shared = replace(members[0], home=tmp_path / "@fleet")
    Combination((shared, *members[1:]), {}, history.first_day + timedelta(days=110)).save(tmp_path / "1")
    assert not list((tmp_path / "1" / "fleet").glob("*.ubj"))
    kept: Shared = {}
    again = models.load(tmp_path / "1", kept)
    assert np.allclose(again.predict(history, days), members[0].predict(history, days), rtol=1e-5)
    long = DailyHistory.from_readings(hourly_readings(OWN_FROM_DAYS + 30), ZONE, "PE")
    days = np.arange(OWN_FROM_DAYS - 10, OWN_FROM_DAYS + 10)
    totals = np.stack([member.predict(long, days).sum(axis=1) for member in members])
    expected = np.concatenate([totals[0, :10], np.median(totals[:, 10:], axis=0)])
    assert len(set(np.argsort(totals[:, 10:], axis=0)[1])) > 1
    assert np.allclose(again.predict(long, days).sum(axis=1), expected, rtol=1e-5)
    ahead = predict_days_ahead(again, long, days, 2, follows=False)
    assert np.allclose(ahead[:, 0].sum(axis=1), expected, rtol=1e-5)
    assert models.load(tmp_path / "1" / "fleet", kept) is next(iter(kept.values()))


def test_what_will_be_consumed_follows_the_member_that_erred_least_since_the_fit(
    history: DailyHistory, tmp_path: Path
) -> None:
    values = np.tile(history.values[:7], (40, 1)).copy()
    values[250:] *= 3.0
    changed = DailyHistory.from_values(history.first_day, ZONE, values, np.zeros(400, dtype=bool))
    own, yesterday = (
        fitted("autoregression", changed, np.arange(28, 240)),
        fitted("last_day", changed, np.arange(28, 240)),
    )
    made = Combination((own, yesterday), {"autoregression": (1.0, 1.0, 20.0)}, changed.first_day + timedelta(days=240))
    made.save(tmp_path)
    again = models.load(tmp_path)
    day = np.array([245, 256])
    each = {part.family: predict_days_ahead(part, changed, day, 1)[:, 0].sum(axis=1) for part in made.parts}
    said = predict_days_ahead(again, changed, day, 1)[:, 0].sum(axis=1)
    near = np.abs(said - each["last_day"]) / np.abs(each["autoregression"] - each["last_day"])
    assert near[1] < 0.25 < near[0]
    cut = changed.head(256)
    assert np.allclose(predict_days_ahead(again, cut, day[1:], 1)[:, 0].sum(axis=1), said[1:], rtol=1e-6)
    spoiled = values.copy()
    spoiled[256:] = 1e6
    later = DailyHistory.from_values(history.first_day, ZONE, spoiled, np.zeros(400, dtype=bool))
    assert np.array_equal(predict_days_ahead(again, later, day[1:], 1), predict_days_ahead(again, changed, day[1:], 1))


def test_who_says_nothing_is_not_heard_and_two_in_the_middle_are_averaged() -> None:
    late, nothing = np.array([OWN_FROM_DAYS]), np.full((1, 2), np.nan)
    one, three, nine = (np.full((1, 2), value) for value in (1.0, 3.0, 9.0))
    assert middle({"fleet": one, "xgboost": nothing, "autoregression": three}, late).tolist() == [[2.0, 2.0]]
    assert middle({"fleet": nothing, "xgboost": nothing, "autoregression": nine}, late).tolist() == [[9.0, 9.0]]
    assert np.isnan(middle({"fleet": nothing, "xgboost": three}, late - 1)).all()
    assert middle({"fleet": one, "xgboost": three}, None).tolist() == [[2.0, 2.0]]
    assert middle({"xgboost": three, "lstm": nine}, np.array([0])).tolist() == [[3.0, 3.0]]


def test_too_little_to_fit_to_is_a_clear_error(history: DailyHistory) -> None:
    with pytest.raises(ModelError, match="usable days"):
        fitted("lstm", history, np.arange(28, 32))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no model in"),
        ('{"family": "oracle", "parameters": {}}', "unknown family 'oracle'"),
        ('{"family": "combination", "parameters": {"members": []}}', "earlier version"),
        ('{"family": "xgboost", "parameters": {}}', "earlier version"),
        ('{"family": "xgboost", "parameters": {"levels": "7"}}', "no XGBoost model"),
    ],
    ids=["empty folder", "unknown family", "earlier combination", "earlier booster", "no booster"],
)
def test_a_folder_without_a_readable_model_says_so(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "spec.json").write_text(content)
    with pytest.raises(ModelError, match=message):
        models.load(tmp_path)
