"""XGBoost, a client: boosters over recent levels of different spans, of which the middle one is heard.

A booster over the level of yesterday follows a change at once; one over four weeks is not misled by a single day, and
comes back to where days usually are. The median hears neither of them where it is alone.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from vigia import features
from vigia.errors import ModelError
from vigia.models.augmentation import with_level_shifts
from vigia.models.families.record import Family, Trial, Watch
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.level_booster import LevelBooster, fit_samples, predictions, read
from vigia.models.samples import samples
from vigia.models.spec import save_spec
from vigia.vocabulary import Words

NAME = "xgboost"
DEFAULTS: dict[str, Any] = {
    "levels": "7",
    "step_hours": 24,
    "trees": 100,
    "max_depth": 4,
    "learning_rate": 0.06,
    "subsample": 0.8,
    "colsample": 0.6,
    "min_child_weight": 4.0,
    "reg_lambda": 2.0,
}
LOOKS = 10
"""Steps in which a fit is watched."""


@dataclass(frozen=True)
class XGBoostForecaster:
    """The median of its boosters, hour by hour.

    `parameters` are those of `DEFAULTS`: `levels` are the days of each booster's level, as in `1+7+28`.
    """

    boosters: tuple[LevelBooster, ...]
    parameters: dict[str, Any]
    family: str = NAME

    @property
    def history_days(self) -> int:
        """Days of history before the first prediction."""
        return features.MIN_DAYS

    @property
    def parts(self) -> Parts:
        """Itself alone: its boosters look at one history together."""
        return (self,)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        said = predictions(self.boosters, history, days)
        return said[0] if len(said) == 1 else np.asarray(np.median(said, axis=0))

    def save(self, folder: Path) -> None:
        """Write the spec, and each booster in a folder of its own."""
        save_spec(folder, self.family, self.parameters)
        for booster in self.boosters:
            booster.write(_folder(folder, booster.parameters["level_days"]))

    def gains(self) -> dict[str, float]:
        """The mean over its boosters; see `Explained`."""
        shares = [booster.gains() for booster in self.boosters]
        names = sorted({name for each in shares for name in each})
        return {name: float(np.mean([each.get(name, 0.0) for each in shares])) for name in names}


def fit(history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int) -> XGBoostForecaster:
    """Fit to one client, to its days after invented changes of level too (`augmentation`).

    Raises:
        ModelError: there is no usable day.
    """
    views = [with_level_shifts(samples(history, days), (seed,))]
    return XGBoostForecaster(fit_samples(views, [(each, seed) for each in _by_level(parameters)]), dict(parameters))


def watched_fit(
    history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int, watch: Watch
) -> XGBoostForecaster:
    """The same fit; `watch` is shown what ever more of its trees say, in `LOOKS` steps."""
    fitted, trees = fit(history, days, parameters, seed), parameters["trees"]
    for count in np.unique(np.linspace(1, trees, LOOKS).round().astype(int)).tolist():
        watch(count, trees, replace(fitted, boosters=tuple(each.first(count) for each in fitted.boosters)))
    return fitted


def load(folder: Path, parameters: dict[str, Any]) -> XGBoostForecaster:
    """Read a saved forecaster.

    Raises:
        ModelError: a booster is not there, or cannot be read, or the forecaster is of an earlier version.
    """
    if "levels" not in parameters:
        raise ModelError(f"{folder} is an XGBoost model of an earlier version; publish the fleet again")
    boosters = [read(_folder(folder, each["level_days"]), each) for each in _by_level(parameters)]
    return XGBoostForecaster(tuple(boosters), parameters)


def space(trial: Trial) -> dict[str, Any]:
    """What one trial of a study chooses."""
    return {
        "levels": trial.suggest_categorical("levels", ["7", "1", "28", "7+28", "1+7+28"]),
        "step_hours": trial.suggest_categorical("step_hours", [24, 12, 8]),
        "trees": trial.suggest_int("trees", 50, 150, step=25),
        "max_depth": trial.suggest_int("max_depth", 2, 5),
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
        "subsample": trial.suggest_float("subsample", 0.6, 1.0),
        "colsample": trial.suggest_float("colsample", 0.4, 1.0),
        "min_child_weight": trial.suggest_float("min_child_weight", 1.0, 20.0, log=True),
        "reg_lambda": trial.suggest_float("reg_lambda", 0.5, 10.0, log=True),
    }


def _by_level(parameters: dict[str, Any]) -> list[dict[str, Any]]:
    common = {name: value for name, value in parameters.items() if name != "levels"}
    return [{**common, "level_days": int(days)} for days in str(parameters["levels"]).split("+")]


def _folder(folder: Path, level_days: int) -> Path:
    return folder / f"level_{level_days}"


FAMILY = Family(
    name=NAME,
    short=Words("XGBoost", "XGBoost"),
    colour="#56B4E9",
    tie_break=2,
    defaults=DEFAULTS,
    fit=fit,
    watched_fit=watched_fit,
    load=load,
    space=space,
    presets=({**DEFAULTS, "levels": "1+7+28"}, {**DEFAULTS, "levels": "7+28"}),
    trials=lambda train: train.xgboost_trials,
    own_trials=lambda train: train.xgboost_own_trials,
)
