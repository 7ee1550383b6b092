from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.conftest import ZONE, hourly_readings
from vigia import metrics, models
from vigia.errors import ModelError
from vigia.models.base import predict_days_ahead
from vigia.models.families import DEFAULTS, fit
from vigia.models.history import DailyHistory

QUICK: dict[str, dict[str, Any]] = {
    "seasonal": {},
    "xgboost": {"trees": 40},
    "lstm": {"epochs": 6, "units": 8},
}


def fitted(family: str, history: DailyHistory, days: np.ndarray) -> models.FittedForecaster:
    return fit(family, history, days, {**DEFAULTS[family], **QUICK[family]}, seed=3)


@pytest.fixture(scope="module")
def history() -> DailyHistory:
    return DailyHistory.from_readings(hourly_readings(140), ZONE, "PE")


@pytest.mark.parametrize("family", models.FAMILIES)
def test_a_regular_client_is_forecast_within_a_few_percent(family: str, history: DailyHistory) -> None:
    model, days = fitted(family, history, np.arange(28, 110)), np.arange(110, 140)
    assert metrics.wape(history.values[days].sum(axis=1), model.predict(history, days).sum(axis=1)) < 0.05


@pytest.mark.parametrize("family", models.FAMILIES)
def test_a_forecast_reads_nothing_from_its_own_day_on(family: str, history: DailyHistory) -> None:
    model = fitted(family, history, np.arange(28, 110))
    future = history.filled.copy()
    future[120:] = 1e6
    spoiled = DailyHistory.from_values(history.first_day, ZONE, future, history.holiday)
    assert np.array_equal(model.predict(history, np.array([120])), model.predict(spoiled, np.array([120])))


@pytest.mark.parametrize("family", models.FAMILIES)
def test_a_changed_level_is_followed_because_inputs_are_over_the_recent_level(
    family: str, history: DailyHistory
) -> None:
    model = fitted(family, history, np.arange(28, 110))
    tripled = DailyHistory.from_values(history.first_day, ZONE, 3 * history.values, history.holiday)
    days = np.arange(120, 130)
    assert np.allclose(model.predict(tripled, days), 3 * model.predict(history, days), rtol=1e-4)


@pytest.mark.parametrize("family", models.FAMILIES)
def test_a_saved_forecaster_says_the_same(family: str, history: DailyHistory, tmp_path: Path) -> None:
    model, days = fitted(family, history, np.arange(28, 110)), np.arange(110, 140)
    model.save(tmp_path)
    again = models.load(tmp_path)
    assert again.family == family
    assert np.allclose(again.predict(history, days), model.predict(history, days), rtol=1e-4)
    assert not list(tmp_path.glob("*.pkl"))


@pytest.mark.parametrize("family", models.FAMILIES)
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


def test_masked_days_are_not_fitted_to() -> None:
    readings = hourly_readings(140)
    spoiled = readings.copy()
    spoiled.loc[24 * 60 : 24 * 70 - 1, "active_energy_kwh"] *= 50
    rows = pd.DataFrame({"channel": ["active"], "start": [spoiled["timestamp"][24 * 60]]})
    rows["end"] = rows["known_at"] = spoiled["timestamp"][24 * 70]
    normal = DailyHistory.from_readings(spoiled, ZONE, "PE").normal(rows)
    model = fitted("xgboost", normal, np.arange(28, 110))
    days = np.arange(110, 140)
    assert metrics.wape(normal.values[days].sum(axis=1), model.predict(normal, days).sum(axis=1)) < 0.05


def test_too_little_to_fit_to_is_a_clear_error(history: DailyHistory) -> None:
    with pytest.raises(ModelError, match="usable days"):
        fitted("lstm", history, np.arange(28, 32))


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "no model in"), ('{"family": "oracle", "parameters": {}}', "unknown family 'oracle'")],
    ids=["empty folder", "unknown family"],
)
def test_a_folder_without_a_readable_model_says_so(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "spec.json").write_text(content)
    with pytest.raises(ModelError, match=message):
        models.load(tmp_path)
