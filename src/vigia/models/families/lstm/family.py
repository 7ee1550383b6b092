"""The LSTM: a window of days in, the 24 hours of the next day out at once (`network`). Read back it is `onnx`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vigia.errors import ModelError
from vigia.models.families.lstm.network import Network, network
from vigia.models.families.lstm.onnx import NAME, OnnxForecaster, from_bytes, load
from vigia.models.families.lstm.windows import history_days, windows
from vigia.models.families.record import Family, Trial, Watch
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.samples import from_day, samples
from vigia.vocabulary import Words

DEFAULTS: dict[str, Any] = {
    "window_days": 14,
    "level_days": 7,
    "units": 32,
    "epochs": 20,
    "learning_rate": 0.003,
    "batch_size": 64,
}
MIN_FIT_ROWS = 8


@dataclass(frozen=True)
class LSTMForecaster:
    """Fitted weights of a network of this process; `save` exports them to ONNX."""

    weights: list[Any]
    parameters: dict[str, Any]
    family: str = NAME

    @property
    def history_days(self) -> int:
        """Days of history before the first prediction."""
        return history_days(self.parameters)

    @property
    def parts(self) -> Parts:
        """Itself alone."""
        return (self,)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        past, future, level = windows(history, days, self.parameters)
        out: Matrix = self._network().predict(past, future).astype(float) * level[:, None]
        return out

    def export(self) -> OnnxForecaster:
        """The same forecaster in ONNX form, equal to about 1e-6."""
        return from_bytes(self._network().to_onnx(), self.parameters)

    def save(self, folder: Path) -> None:
        """Write spec and ONNX graph."""
        self.export().save(folder)

    def _network(self) -> Network:
        found = network(self.parameters["window_days"], self.parameters["units"])
        found.set_weights(self.weights)
        return found


def fit(
    history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int, watch: Watch | None = None
) -> LSTMForecaster:
    """Fit to one client: absolute error of hours and of daily totals over the level, by level.

    A `watch` is shown the network after each epoch.

    Hours alone would lead to hourly medians, whose sum is not the median of the day where hours are skewed.

    Raises:
        ModelError: fewer than eight days are usable.
    """
    inputs, targets = [], []
    views = from_day(samples(history, days), history_days(parameters))
    count = sum(len(view.days) for view in views)
    if count < MIN_FIT_ROWS:
        raise ModelError(f"{count} usable days to fit an LSTM to, at least {MIN_FIT_ROWS} are needed")
    for view in views:
        inputs.append(windows(view.history, view.days, parameters))
        targets.append(view.history.values[view.days] / inputs[-1][2][:, None])
    past, future, level = (np.concatenate(arrays) for arrays in zip(*inputs, strict=True))
    target = np.concatenate(targets).astype(np.float32)
    weight = np.clip(level / level.mean(), 0.2, 5.0).astype(np.float32)
    fitted = network(parameters["window_days"], parameters["units"])

    def after_epoch(epoch: int) -> None:
        if watch is not None:
            watch(epoch, parameters["epochs"], LSTMForecaster(fitted.get_weights(), dict(parameters)))

    fitted.fit(past, future, np.clip(target, -8, 8), weight, parameters, seed, watch and after_epoch)
    return LSTMForecaster(fitted.get_weights(), dict(parameters))


def space(trial: Trial) -> dict[str, Any]:
    """What one trial of a study chooses."""
    return {
        "window_days": trial.suggest_categorical("window_days", [14, 28]),
        "level_days": trial.suggest_categorical("level_days", [7, 14, 28]),
        "units": trial.suggest_categorical("units", [16, 32]),
        "epochs": trial.suggest_int("epochs", 10, 30, step=5),
        "learning_rate": trial.suggest_float("learning_rate", 0.001, 0.006, log=True),
        "batch_size": trial.suggest_categorical("batch_size", [32, 64]),
    }


FAMILY = Family(
    name=NAME,
    short=Words("LSTM", "LSTM"),
    colour="#009E73",
    tie_break=5,
    defaults=DEFAULTS,
    fit=fit,
    watched_fit=fit,
    stoppable=True,
    load=load,
    space=space,
    trials=lambda train: train.lstm_trials,
    own_trials=lambda train: train.lstm_own_trials,
    refit_days=lambda plan: plan.lstm_refit_days,
)
