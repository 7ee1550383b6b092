"""A booster over a recent level: it predicts block totals over that level, which an hourly profile spreads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vigia import features
from vigia.errors import ModelError
from vigia.models.boosters import Booster
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.samples import Sample, from_day

WEIGHTS = (0.05, 5.0)


@dataclass(frozen=True)
class LevelBooster:
    """Boosted trees for one level.

    Attributes:
        booster: the trees.
        parameters: of them, with `step_hours`, the length of a block, and `level_days`, the days of the level.
    """

    booster: Booster
    parameters: dict[str, Any]

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return (*features.DAILY_NAMES, *features.SLOT_NAMES, *features.CALENDAR_NAMES)

    def first(self, count: int) -> "LevelBooster":
        """What its first trees say, so many."""
        return LevelBooster(self.booster.first(count), self.parameters)

    def write(self, folder: Path) -> None:
        """Write the trees; their parameters stand in the spec of whoever they belong to."""
        folder.mkdir(parents=True, exist_ok=True)
        self.booster.write(folder)

    def gains(self) -> dict[str, float]:
        """See `Explained`."""
        return self.booster.gains(self.feature_names)


def predictions(boosters: Sequence[LevelBooster], history: DailyHistory, days: Days) -> list[Matrix]:
    """(n, 24) kWh of each day, issued at its midnight, by booster; those of one level and step look at it once."""
    inputs = {_looks(booster.parameters): _inputs(history, days, booster.parameters) for booster in boosters}
    profiles = {step: features.profiles(history.filled, days, step) for _, step in inputs}
    out = []
    for booster in boosters:
        level_days, step = _looks(booster.parameters)
        columns, level = inputs[level_days, step]
        ratio = booster.booster.predict(columns.reshape(-1, columns.shape[2]))
        blocks = ratio.reshape(len(days), -1) * (level * step / 24)[:, None]
        out.append(np.repeat(blocks, step, axis=1) * profiles[step])
    return out


def fit_samples(
    histories: Sequence[Sequence[Sample]], members: Sequence[tuple[dict[str, Any], int]]
) -> tuple[LevelBooster, ...]:
    """Fit boosters to the samples of one client, or of several at once.

    Absolute error of block totals over the level, weighted by the level over the client's own mean level: so a client
    adds its WAPE, whatever its size.

    Args:
        histories: of each client, what is learnt from.
        members: parameters and seed of each booster.

    Raises:
        ModelError: there is no usable day.
    """
    usable = [views for each in histories if (views := from_day(each, features.MIN_DAYS))]
    if not usable:
        raise ModelError("no usable day to fit XGBoost to")
    rows: dict[tuple[int, int], tuple[Matrix, Matrix, Matrix]] = {}
    for parameters, _ in members:
        if _looks(parameters) not in rows:
            columns, targets, weights = zip(*(_rows(views, parameters) for views in usable), strict=True)
            rows[_looks(parameters)] = np.concatenate(columns), np.concatenate(targets), np.concatenate(weights)
    return tuple(_fit(rows[_looks(parameters)], parameters, seed) for parameters, seed in members)


def _fit(rows: tuple[Matrix, Matrix, Matrix], parameters: dict[str, Any], seed: int) -> LevelBooster:
    settings = {
        "max_depth": parameters["max_depth"],
        "eta": parameters["learning_rate"],
        "subsample": parameters["subsample"],
        "colsample_bytree": parameters["colsample"],
        "min_child_weight": parameters["min_child_weight"] * 24 / parameters["step_hours"],
        "lambda": parameters["reg_lambda"],
        "max_bin": 128,
    }
    columns, target, weight = rows
    booster = Booster.fit(columns, target, weight, settings, parameters["trees"], seed)
    return LevelBooster(booster, dict(parameters))


def _looks(parameters: dict[str, Any]) -> tuple[int, int]:
    """What decides the inputs: days of the level, hours of a block."""
    return parameters["level_days"], parameters["step_hours"]


def read(folder: Path, parameters: dict[str, Any]) -> LevelBooster:
    """Read what `write` wrote.

    Raises:
        ModelError: there is none, or it cannot be read.
    """
    return LevelBooster(Booster.read(folder), parameters)


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
