"""What every family of forecasters has in common."""

import json
import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from vigia.features import MIN_DAYS
from vigia.models.history import DailyHistory
from vigia.models.joint import joined

Matrix = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]

CLIENT_FAMILIES = ("seasonal", "xgboost", "autoregression", "lstm")
"""Families that are fitted to one client."""
FAMILIES = (*CLIENT_FAMILIES, "fleet", "combination")
SPEC_FILE = "spec.json"
REFERENCE = "same_as"


class FittedForecaster(Protocol):
    """A model that turns the days before a midnight into the 24 hours after it."""

    @property
    def family(self) -> str:
        """Name of the family, one of `FAMILIES`."""
        ...

    @property
    def parameters(self) -> dict[str, Any]:
        """What it was fitted with."""
        ...

    @property
    def history_days(self) -> int:
        """Days of history that it needs before the first one it predicts."""
        ...

    @property
    def parts(self) -> "Parts":
        """The forecasters that it joins; itself alone where it is no combination."""
        ...

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh of each day, issued at its midnight, from the days before it."""
        ...

    def save(self, folder: Path) -> None:
        """Write `spec.json` and, where there is one, the model file, all without pickle."""
        ...


Parts = tuple[FittedForecaster, ...]


def predict_ahead(model: FittedForecaster, history: DailyHistory, first_day: int, n_days: int) -> Matrix:
    """(n_days, 24) kWh of consecutive days, all issued at the midnight that begins `first_day`."""
    return np.asarray(predict_days_ahead(model, history, np.array([first_day]), n_days)[0])


def predict_days_ahead(model: FittedForecaster, history: DailyHistory, origins: Days, n_days: int) -> Matrix:
    """(n, n_days, 24) kWh of the days that follow each origin, issued at the origin's midnight.

    Each day is predicted as if the forecast of the days before it had been consumed; the parts of a combination each
    by themselves.
    """
    values = {part.family: _ahead(part, history, origins, n_days) for part in model.parts}
    return joined(values, origins) if len(values) > 1 else next(iter(values.values()))


def _ahead(model: FittedForecaster, history: DailyHistory, origins: Days, n_days: int) -> Matrix:
    before = max(model.history_days, MIN_DAYS)
    if len(origins) and origins.min() < before:
        weeks = -(-before // 7)
        history, origins = history.with_earlier_weeks(weeks), origins + 7 * weeks
    stack = history.stacked(origins, before, n_days)
    rows = np.arange(len(origins)) * (before + n_days) + before
    for ahead in range(n_days):
        stack.filled[rows + ahead] = model.predict(stack, rows + ahead)
    windows: Matrix = stack.filled.reshape(len(origins), before + n_days, 24)
    return np.asarray(windows[:, before:])


def save_spec(folder: Path, family: str, parameters: dict[str, Any]) -> None:
    """Write what `load` needs to know first."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"family": family, "parameters": parameters}
    (folder / SPEC_FILE).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def refer(folder: Path, target: Path) -> None:
    """Write a folder that stands for the model in `target`, by a relative path."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {REFERENCE: Path(os.path.relpath(target, folder)).as_posix()}
    (folder / SPEC_FILE).write_text(json.dumps(content) + "\n", encoding="utf-8")
