"""The seasonal baseline: the median of the last weeks' same weekdays, hour by hour. No fit, hard to beat."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vigia.models.families.record import Family
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.spec import save_spec
from vigia.vocabulary import Words

NAME = "seasonal"


@dataclass(frozen=True)
class Seasonal:
    """Median over the last `weeks` same weekdays of the history that it is given."""

    weeks: int = 4
    family: str = NAME

    @property
    def parameters(self) -> dict[str, Any]:
        """Its one parameter."""
        return {"weeks": self.weeks}

    @property
    def history_days(self) -> int:
        """Whole weeks that it looks back."""
        return 7 * self.weeks

    @property
    def parts(self) -> Parts:
        """Itself alone."""
        return (self,)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        lags = 7 * np.arange(1, self.weeks + 1)
        out: Matrix = np.median(history.filled[days[:, None] - lags], axis=1)
        return out

    def save(self, folder: Path) -> None:
        """Write the spec; there is nothing else."""
        save_spec(folder, self.family, self.parameters)


def fit(history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int) -> Seasonal:
    """Nothing is learnt: it reads the history that it is asked about."""
    del history, days, seed
    return Seasonal(weeks=int(parameters["weeks"]))


def load(folder: Path, parameters: dict[str, Any]) -> Seasonal:
    """Read a saved baseline."""
    del folder
    return Seasonal(weeks=int(parameters["weeks"]))


FAMILY = Family(
    name=NAME,
    short=Words("línea base estacional", "seasonal baseline"),
    colour="#CC79A7",
    tie_break=4,
    defaults={"weeks": 4},
    fit=fit,
    load=load,
)
