"""XGBoost on level-normalised features: block totals times an hourly profile."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xgboost

from vigia import features
from vigia.errors import ModelError
from vigia.models.base import Days, Matrix, save_spec
from vigia.models.history import DailyHistory

MODEL_FILE = "model.json"
DEFAULTS: dict[str, Any] = {
    "step_hours": 24,
    "level_days": 7,
    "trees": 150,
    "max_depth": 4,
    "learning_rate": 0.06,
    "subsample": 0.8,
    "colsample": 0.6,
    "min_child_weight": 4.0,
    "reg_lambda": 2.0,
}


@dataclass(frozen=True)
class XGBoostForecaster:
    """A booster that predicts block totals over the client's recent level.

    `parameters` are those of `DEFAULTS`: `step_hours` is the length of a block, `level_days` the days of the level.
    """

    booster: xgboost.Booster
    parameters: dict[str, Any]
    family: str = "xgboost"

    @property
    def history_days(self) -> int:
        """Days of history before the first prediction."""
        return features.MIN_DAYS

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        step = self.parameters["step_hours"]
        columns, level = _inputs(history, days, self.parameters)
        ratio = self.booster.inplace_predict(columns.reshape(-1, columns.shape[2]))
        blocks = ratio.reshape(len(days), -1) * (level * step / 24)[:, None]
        out: Matrix = np.repeat(blocks, step, axis=1) * features.profiles(history.filled, days, step)
        return out

    def save(self, folder: Path) -> None:
        """Write spec and booster in XGBoost's own JSON."""
        save_spec(folder, self.family, self.parameters)
        self.booster.save_model(folder / MODEL_FILE)


def fit(history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int) -> XGBoostForecaster:
    """Fit to the usable ones of `days`: absolute error of block totals, weighted by the level (hence of WAPE).

    Raises:
        ModelError: none of the days is usable.
    """
    step = parameters["step_hours"]
    days = days[days >= features.MIN_DAYS]
    columns, level = _inputs(history, days, parameters)
    blocks = history.usable[days].reshape(len(days), -1, step).sum(axis=2)
    target = blocks / (level * step / 24)[:, None]
    known = np.isfinite(target)
    if not known.any():
        raise ModelError("no usable day to fit XGBoost to")
    weight = np.broadcast_to((level / level.mean())[:, None], target.shape)
    data = xgboost.DMatrix(columns[known], label=target[known], weight=weight[known], nthread=1)
    settings = {
        "objective": "reg:absoluteerror",
        "max_depth": parameters["max_depth"],
        "eta": parameters["learning_rate"],
        "subsample": parameters["subsample"],
        "colsample_bytree": parameters["colsample"],
        "min_child_weight": parameters["min_child_weight"],
        "lambda": parameters["reg_lambda"],
        "tree_method": "hist",
        "max_bin": 128,
        "nthread": 1,
        "seed": seed,
    }
    booster = xgboost.train(settings, data, num_boost_round=parameters["trees"])
    return XGBoostForecaster(booster, dict(parameters))


def importance(model: XGBoostForecaster) -> dict[str, float]:
    """Share of the total gain by feature name."""
    gain = {key: float(np.sum(value)) for key, value in model.booster.get_score(importance_type="total_gain").items()}
    total = sum(gain.values()) or 1.0
    names = feature_names()
    return {names[int(key[1:])]: value / total for key, value in gain.items()}


def feature_names() -> list[str]:
    """Names of the columns, in order."""
    daily = [f"total_lag_{lag}" for lag in features.LAGS]
    daily += ["same_weekday_median", "same_weekday_range", "week_mean", "month_mean", "month_median"]
    daily += ["three_day_mean", "week_std", "week_min", "week_max", "last_evening"]
    slots = ["block_lag_1", "block_lag_7", "block_same_weekday_median", "block_week_mean", "block"]
    calendar = ["weekday", "weekday_sin", "weekday_cos", "holiday", "holiday_before", "holiday_after"]
    return [*daily, *slots, *calendar, "season_sin", "season_cos"]


def load(folder: Path, parameters: dict[str, Any]) -> XGBoostForecaster:
    """Read a saved forecaster."""
    path = folder / MODEL_FILE
    if not path.is_file():
        raise ModelError(f"no XGBoost model {path}")
    booster = xgboost.Booster(params={"nthread": 1})
    try:
        booster.load_model(path)
    except xgboost.core.XGBoostError as error:
        raise ModelError(f"{path} is no XGBoost model: {error}") from error
    return XGBoostForecaster(booster, parameters)


def _inputs(history: DailyHistory, days: Days, parameters: dict[str, Any]) -> tuple[Matrix, Matrix]:
    """((n, blocks, columns) features, (n,) level)."""
    totals = history.filled.sum(axis=1)
    level = features.levels(totals, days, parameters["level_days"])
    columns = features.block_features(history.filled, days, parameters["step_hours"], level)
    calendar = features.calendar(
        history.calendar_days(days),
        history.first_day.weekday(),
        history.first_day.timetuple().tm_yday,
        history.holiday,
    )
    repeated = np.broadcast_to(calendar[:, None, :], (*columns.shape[:2], calendar.shape[1]))
    return np.concatenate([columns, repeated], axis=2), level
