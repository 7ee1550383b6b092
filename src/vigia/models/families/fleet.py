"""The fleet model: boosters over all clients at once, which know from others what one client has not yet shown.

Inputs are over each client's own level, so clients of all sizes speak one language (global models: Montero-Manso &
Hyndman 2021). It is the mean of boosters that measure the level over different spans: yesterday's follows a change at
once, four weeks' is not misled by a single day. Two of three take yesterday's, with seeds of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vigia import features
from vigia.models.augmentation import with_level_shifts
from vigia.models.families.record import Family, Trial
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.level_booster import LevelBooster, fit_samples, predictions, read
from vigia.models.samples import samples
from vigia.models.spec import refer, save_spec
from vigia.vocabulary import Words

NAME = "fleet"
LEVEL_DAYS = (1, 1, 28)
"""Span of the level of each member."""
PROVISIONAL_DAYS = 14
DEFAULTS: dict[str, Any] = {
    "trees": 300,
    "max_depth": 6,
    "learning_rate": 0.06,
    "subsample": 0.7,
    "colsample": 0.5,
    "min_child_weight": 20.0,
    "reg_lambda": 2.0,
}


@dataclass(frozen=True)
class FleetForecaster:
    """The mean of its members; serves a client from its 14th day on.

    `home` is the folder where all clients' common copy is kept; with it, `save` writes a reference to that one.
    """

    members: tuple[LevelBooster, ...]
    parameters: dict[str, Any]
    home: Path | None = None
    family: str = NAME

    @property
    def history_days(self) -> int:
        """Days of history before the first, provisional prediction."""
        return PROVISIONAL_DAYS

    @property
    def parts(self) -> Parts:
        """Itself alone: its members look at one history together."""
        return (self,)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`. Days before the 28th are seen with made-up weeks before them."""
        if len(days) and days.min() < features.MIN_DAYS:
            weeks = features.MIN_DAYS // 7
            history, days = history.with_earlier_weeks(weeks), days + features.MIN_DAYS
        return np.asarray(np.mean(predictions(self.members, history, days), axis=0))

    def save(self, folder: Path) -> None:
        """Write the spec, and each member in a folder of its own; or the reference."""
        if self.home is not None:
            refer(folder, self.home)
            return
        save_spec(folder, self.family, self.parameters)
        for number, member in enumerate(self.members):
            member.write(_folder(folder, number))

    def gains(self) -> dict[str, float]:
        """The mean over its members; see `Explained`."""
        shares = [member.gains() for member in self.members]
        names = sorted({name for each in shares for name in each})
        return {name: float(np.mean([each.get(name, 0.0) for each in shares])) for name in names}


def fit(history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int) -> FleetForecaster:
    """Fit to one client, as if it were a fleet."""
    return fit_fleet([(history, days)], parameters, seed)


def fit_fleet(clients: Sequence[tuple[DailyHistory, Days]], parameters: dict[str, Any], seed: int) -> FleetForecaster:
    """Fit to days of the normal history of each client, and to those after invented changes of level.

    Raises:
        ModelError: there is no usable day.
    """
    histories = [
        with_level_shifts(samples(history, days), (seed, number))
        for number, (history, days) in enumerate(clients, start=1)
    ]
    members = [(_parameters(parameters, level_days), seed + number) for number, level_days in enumerate(LEVEL_DAYS)]
    return FleetForecaster(fit_samples(histories, members), dict(parameters))


def load(folder: Path, parameters: dict[str, Any]) -> FleetForecaster:
    """Read a saved fleet model."""
    members = [
        read(_folder(folder, number), _parameters(parameters, level_days))
        for number, level_days in enumerate(LEVEL_DAYS)
    ]
    return FleetForecaster(tuple(members), parameters)


def space(trial: Trial) -> dict[str, Any]:
    """What one trial of the study over all clients chooses."""
    return {
        "trees": trial.suggest_int("trees", 150, 450, step=50),
        "max_depth": trial.suggest_int("max_depth", 4, 8),
        "learning_rate": trial.suggest_float("learning_rate", 0.03, 0.1, log=True),
        "subsample": trial.suggest_float("subsample", 0.5, 1.0),
        "colsample": trial.suggest_float("colsample", 0.3, 0.8),
        "min_child_weight": trial.suggest_float("min_child_weight", 5.0, 60.0, log=True),
        "reg_lambda": trial.suggest_float("reg_lambda", 0.5, 10.0, log=True),
    }


def _folder(folder: Path, number: int) -> Path:
    return folder / f"member_{number + 1}"


def _parameters(parameters: dict[str, Any], level_days: int) -> dict[str, Any]:
    return {**parameters, "step_hours": 24, "level_days": level_days}


FAMILY = Family(
    name=NAME,
    short=Words("modelo de flota", "fleet model"),
    colour="#0072B2",
    tie_break=1,
    scope="fleet",
    defaults=DEFAULTS,
    fit=fit,
    load=load,
    space=space,
    trials=lambda train: train.fleet_trials,
)
