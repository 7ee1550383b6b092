"""XGBoost on level-normalised features: block totals times an hourly profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vigia import features
from vigia.errors import ModelError
from vigia.models.augmentation import with_level_shifts
from vigia.models.boosters import Booster
from vigia.models.families.record import Family, Trial
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.samples import Sample, from_day, samples
from vigia.models.spec import save_spec
from vigia.vocabulary import Words

NAME = "xgboost"
WEIGHTS = (0.05, 5.0)
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

    booster: Booster
    parameters: dict[str, Any]
    family: str = NAME

    @property
    def history_days(self) -> int:
        """Days of history before the first prediction."""
        return features.MIN_DAYS

    @property
    def parts(self) -> Parts:
        """Itself alone."""
        return (self,)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return (*features.DAILY_NAMES, *features.SLOT_NAMES, *features.CALENDAR_NAMES)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        step = self.parameters["step_hours"]
        columns, level = _inputs(history, days, self.parameters)
        ratio = self.booster.predict(columns.reshape(-1, columns.shape[2]))
        blocks = ratio.reshape(len(days), -1) * (level * step / 24)[:, None]
        out: Matrix = np.repeat(blocks, step, axis=1) * features.profiles(history.filled, days, step)
        return out

    def save(self, folder: Path) -> None:
        """Write spec and booster."""
        save_spec(folder, self.family, self.parameters)
        self.booster.write(folder)

    def gains(self) -> dict[str, float]:
        """See `Explained`."""
        return self.booster.gains(self.feature_names)


def fit(history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int) -> XGBoostForecaster:
    """Fit to one client, to its days after invented changes of level too (`augmentation`).

    Raises:
        ModelError: there is no usable day.
    """
    return fit_samples([with_level_shifts(samples(history, days), (seed,))], parameters, seed)


def fit_samples(histories: Sequence[Sequence[Sample]], parameters: dict[str, Any], seed: int) -> XGBoostForecaster:
    """Fit to the samples of one client, or of several at once.

    Absolute error of block totals over the level, weighted by the level over the client's own mean level: so a client
    adds its WAPE, whatever its size.

    Raises:
        ModelError: there is no usable day.
    """
    step = parameters["step_hours"]
    parts = [_rows(views, parameters) for each in histories if (views := from_day(each, features.MIN_DAYS))]
    if not parts:
        raise ModelError("no usable day to fit XGBoost to")
    columns, target, weight = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    settings = {
        "max_depth": parameters["max_depth"],
        "eta": parameters["learning_rate"],
        "subsample": parameters["subsample"],
        "colsample_bytree": parameters["colsample"],
        "min_child_weight": parameters["min_child_weight"] * 24 / step,
        "lambda": parameters["reg_lambda"],
        "max_bin": 128,
    }
    booster = Booster.fit(columns, target, weight, settings, parameters["trees"], seed)
    return XGBoostForecaster(booster, dict(parameters))


def load(folder: Path, parameters: dict[str, Any]) -> XGBoostForecaster:
    """Read a saved forecaster."""
    return XGBoostForecaster(Booster.read(folder), parameters)


def space(trial: Trial) -> dict[str, Any]:
    """What one trial of a study chooses."""
    return {
        "step_hours": trial.suggest_categorical("step_hours", [24, 12, 8]),
        "level_days": trial.suggest_categorical("level_days", [1, 7, 14, 28]),
        "trees": trial.suggest_int("trees", 50, 350, step=25),
        "max_depth": trial.suggest_int("max_depth", 2, 6),
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
        "subsample": trial.suggest_float("subsample", 0.6, 1.0),
        "colsample": trial.suggest_float("colsample", 0.4, 1.0),
        "min_child_weight": trial.suggest_float("min_child_weight", 1.0, 20.0, log=True),
        "reg_lambda": trial.suggest_float("reg_lambda", 0.5, 10.0, log=True),
    }


def _rows(views: Sequence[Sample], parameters: dict[str, Any]) -> tuple[Matrix, Matrix, Matrix]:
    """((m, columns) features, (m,) block totals over the level, (m,) weights) of one client."""
    step = parameters["step_hours"]
    columns, targets, levels, weights = [], [], [], []
    for view in views:
        days = view.days
        inputs, level = _inputs(view.history, days, parameters)
        blocks = view.history.values[days].reshape(len(days), 24 // step, step).sum(axis=2)
        columns.append(inputs.reshape(-1, inputs.shape[2]))
        targets.append((blocks / (level * step / 24)[:, None]).ravel())
        levels.append(np.repeat(level, 24 // step))
        weights.append(np.full(blocks.size, view.weight))
    level = np.concatenate(levels)
    weight = np.concatenate(weights) * np.clip(level / level.mean(), *WEIGHTS)
    return np.concatenate(columns), np.concatenate(targets), weight


def _inputs(history: DailyHistory, days: Days, parameters: dict[str, Any]) -> tuple[Matrix, Matrix]:
    """((n, blocks, columns) features, (n,) level)."""
    step = parameters["step_hours"]
    level = features.levels(history.filled.sum(axis=1), days, parameters["level_days"])
    slots = features.slot_features(history.filled, days, step, level)
    calendar = features.calendar(
        history.calendar_days(days),
        history.first_day.weekday(),
        history.first_day.timetuple().tm_yday,
        history.holiday,
    )
    blocks = slots.shape[1]
    daily, calendar = (
        np.broadcast_to(part[:, None, :], (len(days), blocks, part.shape[1]))
        for part in (features.daily_features(history.filled, days, level), calendar)
    )
    return np.concatenate([daily, slots, calendar], axis=2), level


FAMILY = Family(
    name=NAME,
    short=Words("XGBoost", "XGBoost"),
    colour="#56B4E9",
    tie_break=2,
    defaults=DEFAULTS,
    fit=fit,
    load=load,
    space=space,
    trials=lambda train: train.xgboost_trials,
)
