"""Boosted trees of XGBoost: fitted, in files, and what they look at. The only importer of XGBoost.

It is imported with the first booster: whoever reads records of families or histories alone does not wait for it.
"""

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from vigia.errors import ModelError
from vigia.models.history import Matrix

MODEL_FILE = "model.ubj"


@cache
def _xgboost() -> Any:
    """XGBoost without its wrappers for scikit-learn, which nobody asks here: where that is installed it takes 60 MB."""
    hidden = "sklearn" not in sys.modules
    if hidden:
        sys.modules["sklearn"] = None  # type: ignore[assignment] # how the import system says that there is none
    try:
        import xgboost
    finally:
        if hidden:
            del sys.modules["sklearn"]
    return xgboost


class Booster:
    """Fitted trees; predictions are of one thread, and equal to the bit for the same seed."""

    def __init__(self, trees: Any) -> None:
        self._trees = trees

    @classmethod
    def fit(
        cls, columns: Matrix, target: Matrix, weight: Matrix, settings: dict[str, Any], count: int, seed: int
    ) -> "Booster":
        """Fit by absolute error.

        Args:
            columns: (m, features).
            target: (m,).
            weight: (m,) of each row.
            settings: of XGBoost, beside objective, method, threads and seed.
            count: how many trees.
            seed: of everything random.
        """
        xgboost = _xgboost()
        data = xgboost.DMatrix(columns, label=target, weight=weight, nthread=1)
        fixed = {"objective": "reg:absoluteerror", "tree_method": "hist", "nthread": 1, "seed": seed}
        return cls(xgboost.train({**fixed, **settings}, data, num_boost_round=count))

    @classmethod
    def read(cls, folder: Path) -> "Booster":
        """Read what `write` wrote.

        Raises:
            ModelError: there is none, or it cannot be read.
        """
        path = folder / MODEL_FILE
        if not path.is_file():
            raise ModelError(f"no XGBoost model {path}")
        xgboost = _xgboost()
        trees = xgboost.Booster(params={"nthread": 1})
        try:
            trees.load_model(path)
        except xgboost.core.XGBoostError as error:
            raise ModelError(f"{path} is no XGBoost model: {error}") from error
        return cls(trees)

    def predict(self, columns: Matrix) -> Any:
        """(m,) float32."""
        return self._trees.inplace_predict(columns)

    def first(self, count: int) -> "Booster":
        """The first trees alone, so many."""
        return Booster(self._trees[:count])

    def write(self, folder: Path) -> None:
        """Write the trees in XGBoost's own binary JSON."""
        self._trees.save_model(folder / MODEL_FILE)

    def gains(self, names: Sequence[str]) -> dict[str, float]:
        """Share of the total gain by feature, of columns called `names`, in alphabetical order."""
        scores = self._trees.get_score(importance_type="total_gain")
        gain = {names[int(key[1:])]: float(np.sum(value)) for key, value in scores.items()}
        total = sum(gain.values()) or 1.0
        return {name: gain[name] / total for name in sorted(gain)}
