"""A booster on a client's daily totals in kWh: what one client does in its own calm, and nothing else.

The other families read energies over a recent level, so that they follow a level that changes. Where it does not
change, that level is noise: a booster that reads kWh, fitted to this client alone by absolute error, knows where its
days come back to. After a change it is lost, which is why it is heard with others (`combination`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vigia import features
from vigia.errors import ModelError
from vigia.models.boosters import Booster
from vigia.models.families.record import Family
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.samples import from_day, samples
from vigia.models.spec import save_spec
from vigia.vocabulary import Words

NAME = "autoregression"
DEFAULTS: dict[str, Any] = {"trees": 100, "leaves": 8, "learning_rate": 0.1, "min_child_weight": 10.0}
MEANS_OVER_DAYS = (7, 28)
FEATURES = (
    *(f"total_lag_{lag}" for lag in features.LAGS),
    *(f"mean_of_{days}_days" for days in MEANS_OVER_DAYS),
    "weekday",
)


@dataclass(frozen=True)
class Autoregression:
    """Daily totals from lagged totals and the weekday, times the recent hourly profile; `parameters` as `DEFAULTS`."""

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
        return FEATURES

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        totals = self.booster.predict(_inputs(history, days))
        out: Matrix = totals[:, None] * features.profiles(history.filled, days, 24)
        return out

    def save(self, folder: Path) -> None:
        """Write spec and booster."""
        save_spec(folder, self.family, self.parameters)
        self.booster.write(folder)

    def gains(self) -> dict[str, float]:
        """See `Explained`."""
        return self.booster.gains(self.feature_names)


def fit(history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int) -> Autoregression:
    """Fit to one client by absolute error of its daily totals.

    Raises:
        ModelError: there is no usable day.
    """
    views = from_day(samples(history, days), features.MIN_DAYS)
    if not views:
        raise ModelError("no usable day to fit an autoregression to")
    columns = np.concatenate([_inputs(view.history, view.days) for view in views])
    totals = np.concatenate([view.history.values[view.days].sum(axis=1) for view in views])
    weight = np.concatenate([np.full(len(view.days), view.weight) for view in views])
    settings = {
        "grow_policy": "lossguide",
        "max_leaves": parameters["leaves"],
        "max_depth": 0,
        "eta": parameters["learning_rate"],
        "min_child_weight": parameters["min_child_weight"],
    }
    booster = Booster.fit(columns, totals, weight, settings, parameters["trees"], seed)
    return Autoregression(booster, dict(parameters))


def load(folder: Path, parameters: dict[str, Any]) -> Autoregression:
    """Read a saved forecaster."""
    return Autoregression(Booster.read(folder), parameters)


def _inputs(history: DailyHistory, days: Days) -> Matrix:
    """(n, len(FEATURES)) kWh a day, and the weekday as a number."""
    totals = history.filled.sum(axis=1)
    before = totals[days[:, None] - np.arange(1, features.MIN_DAYS + 1)]
    weekday = (history.calendar_days(days) + history.first_day.weekday()) % 7
    return np.column_stack(
        [
            *(before[:, lag - 1] for lag in features.LAGS),
            *(before[:, :count].mean(axis=1) for count in MEANS_OVER_DAYS),
            weekday,
        ]
    )


FAMILY = Family(
    name=NAME,
    short=Words("autorregresión", "autoregression"),
    colour="#E69F00",
    tie_break=3,
    defaults=DEFAULTS,
    fit=fit,
    load=load,
)
