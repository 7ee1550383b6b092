"""What every fitted forecaster can do, whatever family it is of."""

from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from vigia.models.history import DailyHistory, Days, Matrix


class FittedForecaster(Protocol):
    """A model that turns the days before a midnight into the 24 hours after it."""

    @property
    def family(self) -> str:
        """Name of its family (`vigia.models.families`)."""
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


@runtime_checkable
class Explained(Protocol):
    """A forecaster that can say what it looks at."""

    def gains(self) -> dict[str, float]:
        """Share of the total gain by feature, in alphabetical order of the features."""
        ...
