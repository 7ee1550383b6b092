"""A network over all clients: fitted, fitted further at each refit, and from there to one client's own days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vigia import features
from vigia.errors import ModelError
from vigia.models.augmentation import with_level_shifts
from vigia.models.families.networks.inputs import Inputs, inputs, known_columns
from vigia.models.families.networks.network import BLOCKS, MIDDLE, Network, Rows, Weights, network
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.samples import Sample, from_day, samples

DEFAULTS: dict[str, Any] = {
    "kind": BLOCKS,
    "window_days": 14,
    "level_days": 1,
    "client_kind": False,
    "units": 64,
    "dropout": 0.2,
    "epochs": 6.0,
    "first_epochs": 20.0,
    "learning_rate": 0.004,
    "batch_size": 512,
    "own_epochs": 3.0,
    "own_learning_rate": 0.0001,
    "own_batch_size": 128,
}
INPUTS = ("past", "known", "rules")
LARGEST_TARGET = 8.0
WEIGHTS = (0.05, 5.0)
FEWEST_STEPS = 60
"""Gradient steps of a refit of a young fleet, whose few days are read more often."""
MIN_FIT_ROWS = 56


@dataclass(frozen=True)
class NetworkForecaster:
    """Weights of a network of this process."""

    weights: Weights
    parameters: dict[str, Any]

    @property
    def history_days(self) -> int:
        """Days of history before the first prediction."""
        return max(features.MIN_DAYS, int(self.parameters["window_days"]))

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        return np.asarray(self.quantiles(inputs(history, days, self.parameters))[:, :, MIDDLE])

    def quantiles(self, rows: Inputs) -> Matrix:
        """(n, 24, quantiles) kWh of each hour."""
        shape = _network(self.parameters)
        shape.use(self.weights)
        return np.asarray(shape.predict(rows).astype(float) * rows.level[:, None, None])

    def to_onnx(self) -> bytes:
        """The network as an ONNX graph, which needs no TensorFlow to be asked."""
        shape = _network(self.parameters)
        shape.use(self.weights)
        return shape.to_onnx()


def fit_fleet(
    clients: Sequence[tuple[DailyHistory, Days]],
    parameters: dict[str, Any],
    seed: int,
    before: NetworkForecaster | None = None,
) -> NetworkForecaster:
    """Fit to days of all clients, and to those after invented changes of level; further from `before`, if given.

    Raises:
        ModelError: fewer than 56 days are usable.
    """
    parts = [
        client_rows(history, days, parameters, (seed, number)) for number, (history, days) in enumerate(clients, 1)
    ]
    return fit_rows(joined([part for part in parts if part is not None]), parameters, seed, before)


def fit_rows(
    rows: Rows | None, parameters: dict[str, Any], seed: int, before: NetworkForecaster | None = None
) -> NetworkForecaster:
    """As `fit_fleet`, of rows that are made."""
    if rows is None or len(rows) < MIN_FIT_ROWS:
        raise ModelError(f"{0 if rows is None else len(rows)} usable days to fit a network to")
    shape = _network(parameters)
    if before is None:
        shape.renew(seed)
    else:
        shape.use(before.weights)
    shape.scale_to(rows.known)
    batch = min(parameters["batch_size"], len(rows))
    epochs = max(parameters["epochs" if before else "first_epochs"], FEWEST_STEPS * batch / len(rows))
    shape.train(rows, epochs, parameters["learning_rate"], batch, seed)
    return NetworkForecaster(shape.weights(), dict(parameters))


def fit_own(rows: Rows, shared: NetworkForecaster, seed: int) -> NetworkForecaster:
    """The shared network fitted further to one client's own days, at a small learning rate."""
    parameters = shared.parameters
    shape = _network(parameters)
    shape.use(shared.weights)
    shape.train(rows, parameters["own_epochs"], parameters["own_learning_rate"], parameters["own_batch_size"], seed)
    return replace(shared, weights=shape.weights())


def client_rows(history: DailyHistory, days: Days, parameters: dict[str, Any], seed: tuple[int, ...]) -> Rows | None:
    """Rows of one client from both views of its history and from invented changes; none where no day is usable.

    Weights are the level over the client's own mean level, so that a client adds its WAPE, whatever its size.
    """
    first = max(features.MIN_DAYS, int(parameters["window_days"]))
    views = from_day(with_level_shifts(samples(history, days), seed), first)
    return rows_of(views, parameters) if views else None


def rows_of(views: Sequence[Sample], parameters: dict[str, Any]) -> Rows:
    """Rows of all views of one client."""
    read = [inputs(view.history, view.days, parameters) for view in views]
    level = np.concatenate([each.level for each in read])
    target = np.concatenate([view.history.values[view.days] for view in views]) / level[:, None]
    counts = np.concatenate([np.full(len(view.days), view.weight) for view in views])
    weight = counts * np.clip(level / level.mean(), *WEIGHTS)
    past, known, rules = (np.concatenate([getattr(each, name) for each in read]) for name in INPUTS)
    target = np.clip(target, -LARGEST_TARGET, LARGEST_TARGET)
    return Rows(past, known, rules, target.astype(np.float32), weight.astype(np.float32))


def joined(parts: Sequence[Rows]) -> Rows | None:
    """Rows of several clients; none of none."""
    if not parts:
        return None
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in (*INPUTS, "target", "weight")))


def _network(parameters: dict[str, Any]) -> Network:
    form = (parameters[name] for name in ("kind", "window_days", "units", "dropout"))
    return network(*form, known_columns(parameters))
