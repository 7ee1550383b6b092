"""The combination: a weighted mean of other families' forecasts, which errs less than most of them alone.

Averaging forecasts cancels part of what each does wrong (Bates & Granger 1969; the best of the M4 competition did
little else). Weights follow the validation error of each family on the client; in its first year the fleet model speaks
alone (`base.shares`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vigia.models.base import Days, Matrix, Parts, save_spec, shares
from vigia.models.history import DailyHistory

MEMBERS = ("fleet", "xgboost")
"""Families that take part; with the LSTM the mean was worse on both windows before the test slice."""
TOLERANCE = 2.0
"""A family whose validation error is more than this many times the best one's has no part in it."""


@dataclass(frozen=True)
class Combination:
    """Members with weights that add up to one."""

    parts: Parts
    family: str = "combination"

    @property
    def parameters(self) -> dict[str, Any]:
        """The weight of each member by family."""
        return {"weights": {member.family: weight for weight, member in self.parts}}

    @property
    def history_days(self) -> int:
        """Days of history before the first prediction, of the member that needs most."""
        return max(member.history_days for _, member in self.parts)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        each = shares({member.family: weight for weight, member in self.parts}, days)
        return np.asarray(sum(each[member.family][:, None] * member.predict(history, days) for _, member in self.parts))

    def save(self, folder: Path) -> None:
        """Write the spec, and each member in a folder of its family's name."""
        save_spec(folder, self.family, self.parameters)
        for _, member in self.parts:
            member.save(folder / member.family)


def weights(errors: Mapping[str, float]) -> dict[str, float]:
    """Weights of members by their validation errors: the inverse of the square, of those near the best.

    >>> weights({"fleet": 0.05, "xgboost": 0.1, "seasonal": 0.01})
    {'fleet': 0.8, 'xgboost': 0.2}
    """
    known = {name: errors[name] for name in MEMBERS if np.isfinite(errors.get(name, np.nan))}
    if not known:
        return {}
    best = min(known.values())
    near = {name: 1 / max(error, 1e-9) ** 2 for name, error in known.items() if error <= TOLERANCE * best}
    total = sum(near.values())
    return {name: round(value / total, 4) for name, value in near.items()}
