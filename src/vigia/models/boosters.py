"""Boosters in files, and what they look at."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xgboost

from vigia.errors import ModelError

MODEL_FILE = "model.ubj"


def write_booster(booster: xgboost.Booster, folder: Path) -> None:
    """Write a booster in XGBoost's own binary JSON."""
    booster.save_model(folder / MODEL_FILE)


def read_booster(folder: Path) -> xgboost.Booster:
    """Read what `write_booster` wrote.

    Raises:
        ModelError: there is none, or it cannot be read.
    """
    path = folder / MODEL_FILE
    if not path.is_file():
        raise ModelError(f"no XGBoost model {path}")
    booster = xgboost.Booster(params={"nthread": 1})
    try:
        booster.load_model(path)
    except xgboost.core.XGBoostError as error:
        raise ModelError(f"{path} is no XGBoost model: {error}") from error
    return booster


def importance(booster: xgboost.Booster, names: Sequence[str]) -> dict[str, float]:
    """Share of the total gain by feature, of columns called `names`."""
    gain = {key: float(np.sum(value)) for key, value in booster.get_score(importance_type="total_gain").items()}
    total = sum(gain.values()) or 1.0
    return {names[int(key[1:])]: value / total for key, value in gain.items()}
