"""The combination: of several families' forecasts of a day, the one in the middle (`joint`)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vigia.models.base import Days, Matrix, Parts, save_spec
from vigia.models.history import DailyHistory
from vigia.models.joint import joined

MEMBERS = ("fleet", "xgboost", "autoregression")
"""Families that take part: one that knows other clients, one that follows levels, one that knows the client's calm."""


@dataclass(frozen=True)
class Combination:
    """The forecasters whose median day it says."""

    parts: Parts
    family: str = "combination"

    @property
    def parameters(self) -> dict[str, Any]:
        """The families of its members."""
        return {"members": [member.family for member in self.parts]}

    @property
    def history_days(self) -> int:
        """Days of history before the first prediction, of the member that needs most."""
        return max(member.history_days for member in self.parts)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        return joined({member.family: member.predict(history, days) for member in self.parts}, days)

    def save(self, folder: Path) -> None:
        """Write the spec, and each member in a folder of its family's name."""
        save_spec(folder, self.family, self.parameters)
        for member in self.parts:
            member.save(folder / member.family)
