"""Yesterday again: the forecast that no model should be worse than, and a voice of the combination.

Where something new has just begun, what was consumed yesterday says more than all that was learnt before it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vigia.models.families.record import Family
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.spec import save_spec
from vigia.vocabulary import Words

NAME = "last_day"


@dataclass(frozen=True)
class LastDay:
    """The day before, hour by hour."""

    family: str = NAME

    @property
    def parameters(self) -> dict[str, Any]:
        """None."""
        return {}

    @property
    def history_days(self) -> int:
        """Yesterday."""
        return 1

    @property
    def parts(self) -> Parts:
        """Itself alone."""
        return (self,)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        out: Matrix = history.filled[days - 1]
        return out

    def save(self, folder: Path) -> None:
        """Write the spec; there is nothing else."""
        save_spec(folder, self.family, self.parameters)


def fit(history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int) -> LastDay:
    """Nothing is learnt."""
    del history, days, parameters, seed
    return LastDay()


def load(folder: Path, parameters: dict[str, Any]) -> LastDay:
    """There is nothing to read."""
    del folder, parameters
    return LastDay()


FAMILY = Family(
    name=NAME,
    short=Words("último día", "last day"),
    colour="#999999",
    tie_break=6,
    fit=fit,
    load=load,
)
