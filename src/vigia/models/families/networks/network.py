"""The networks: an LSTM, and residual blocks over the flat window; built, trained and fitted further.

Both weigh simple forecasts by what they have read and correct the mean, as the LSTM of one client does. Both give
quantiles of each hour: the middle one is the forecast, and the loss of the daily total is on it.

The blocks are those of TiDE (Das et al. 2023): a dense layer, a linear one, a skip and a layer norm; its linear way
around everything is here the weighted simple forecasts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from vigia.models.families.lstm.network import DAILY_SHARE, FIRST_TRUST, SMALL, exported, tensorflow
from vigia.models.families.lstm.windows import CALENDAR_COLUMNS
from vigia.models.families.networks.inputs import RULES, Floats, Inputs

LSTM, BLOCKS = "lstm", "blocks"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MIDDLE = QUANTILES.index(0.5)
FIRST_RULE = 5
"""Rule that is trusted first: the same weekdays at the level of yesterday."""
FIRST_WIDTH = -2.0
"""Before the softplus, of the distance between neighbouring quantiles."""
LAST_RATE = 0.05
"""Share of the learning rate at the end of a fit."""

Weights = list[Any]


@dataclass(frozen=True)
class Rows:
    """Inputs with what came, over the level, and how much each row counts."""

    past: Floats
    known: Floats
    rules: Floats
    target: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.target)


class Network:
    """A Keras network with a compiled training loop; one instance serves all fits of its shape.

    The loop is compiled once, for any number of rows, so that a fit does not depend on what was fitted before it.
    """

    def __init__(self, kind: str, window_days: int, units: int, dropout: float, known_columns: int) -> None:
        self.tf = tf = tensorflow()
        keras = tf.keras
        past = keras.Input((window_days, 24 + CALENDAR_COLUMNS), name="past")
        known = keras.Input((known_columns,), name="known")
        rules = keras.Input((RULES, 24), name="rules")
        self.scaling = keras.layers.BatchNormalization(center=False, scale=False, name="scaling")
        scaled = keras.layers.Lambda(lambda x: tf.clip_by_value(x, -5.0, 5.0))(self.scaling(known, training=False))
        hidden = (_recurrent if kind == LSTM else _residual)(keras, past, scaled, units)
        self.dropout = keras.layers.Dropout(dropout, seed=0)
        hidden = self.dropout(hidden)
        trust = keras.layers.Dense(RULES, activation="softmax", name="trust")(hidden)
        usual = keras.layers.Dot(axes=1)([trust, rules])
        middle = keras.layers.Add()([keras.layers.Dense(24, name="correction")(hidden), usual])
        widths = keras.layers.Dense(24 * (len(QUANTILES) - 1), activation="softplus", name="width")(hidden)
        widths = keras.layers.Reshape((24, len(QUANTILES) - 1))(widths)
        around = keras.layers.Lambda(lambda each: _around(tf, *each))([middle, widths])
        self.model = keras.Model([past, known, rules], around)
        self.optimizer = keras.optimizers.AdamW(clipnorm=1.0, weight_decay=1e-3)
        self.optimizer.build(self.model.trainable_variables)
        self.fresh_optimizer = [variable.numpy() for variable in self.optimizer.variables]
        self.loop = self._compile_loop()

    def _compile_loop(self) -> Callable[..., Any]:
        tf, model, optimizer = self.tf, self.model, self.optimizer
        levels = tf.constant(QUANTILES)
        shapes = [*([None, *each.shape[1:]] for each in model.inputs), [None, 24], [None]]
        signature = [tf.TensorSpec(shape, tf.float32) for shape in shapes]
        signature += [tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([None], tf.float32)]

        @tf.function(input_signature=signature)  # type: ignore[untyped-decorator] # TensorFlow has no types
        def loop(past: Any, known: Any, rules: Any, target: Any, weight: Any, orders: Any, rates: Any) -> None:
            for step in tf.range(tf.shape(orders)[0]):
                chosen = orders[step]
                optimizer.learning_rate.assign(rates[step])
                batch = [tf.gather(each, chosen) for each in (past, known, rules)]
                actual, counts = tf.gather(target, chosen), tf.gather(weight, chosen)
                with tf.GradientTape() as tape:
                    error = actual[:, :, None] - model(batch, training=True)
                    hourly = 2.0 * tf.reduce_mean(tf.maximum(levels * error, (levels - 1.0) * error), axis=[1, 2])
                    daily = tf.abs(tf.reduce_mean(error[:, :, MIDDLE], axis=1))
                    loss = tf.reduce_mean((hourly + DAILY_SHARE * daily) * counts)
                variables = model.trainable_variables
                optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

        return loop  # type: ignore[no-any-return] # TensorFlow has no types

    def train(self, rows: Rows, epochs: float, rate: float, batch: int, seed: int) -> None:
        """Train on from the weights that are set; the learning rate falls along a cosine."""
        tf = self.tf
        for variable, value in zip(self.optimizer.variables, self.fresh_optimizer, strict=True):
            variable.assign(value)
        if self.dropout.rate > 0:
            self.dropout.seed_generator.state.assign([0, seed])
        rng = np.random.default_rng(seed)
        batch = min(batch, len(rows))
        steps = max(round(epochs * len(rows) / batch), 1)
        passes = -(-steps * batch // len(rows))
        order = np.concatenate([rng.permutation(len(rows)) for _ in range(passes)])[: steps * batch]
        fading = LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + np.cos(np.pi * np.arange(steps) / steps))
        data = [tf.constant(each) for each in (rows.past, rows.known, rows.rules, rows.target, rows.weight)]
        self.loop(*data, tf.constant(order.reshape(steps, batch), tf.int32), tf.constant(rate * fading, tf.float32))

    def predict(self, rows: Inputs) -> Any:
        """(n, 24, quantiles) over the level."""
        return self.model([rows.past, rows.known, rows.rules], training=False).numpy()

    def to_onnx(self) -> bytes:
        """The graph with its weights, the same bytes in every process; inputs `past`, `known`, `rules`."""
        return exported(self.model, ("past", "known", "rules"))

    def scale_to(self, known: Floats) -> None:
        """Bring columns that are alike in size to these."""
        self.scaling.set_weights([known.mean(axis=0), known.var(axis=0)])

    def weights(self) -> Weights:
        """A copy of the weights."""
        return [np.array(values) for values in self.model.get_weights()]

    def use(self, weights: Weights) -> None:
        """Use these weights."""
        self.model.set_weights(weights)

    def renew(self, seed: int) -> None:
        """Fresh weights from `seed` alone: Glorot for kernels, orthogonal for recurrent ones, forget bias one."""
        rng = np.random.default_rng(seed)
        fresh = []
        for variable in self.model.weights:
            shape, path = tuple(variable.shape), variable.path
            if len(shape) == 1:
                values = np.ones(shape) if path.endswith(("gamma", "moving_variance")) else np.zeros(shape)
                if path.startswith("lstm"):
                    values[shape[0] // 4 : shape[0] // 2] = 1.0
                elif path.startswith("trust"):
                    values[FIRST_RULE] = FIRST_TRUST
                elif path.startswith("width"):
                    values[:] = FIRST_WIDTH
            elif "recurrent" in path:
                values = np.concatenate(
                    [np.linalg.qr(rng.standard_normal((shape[0], shape[0])))[0] for _ in range(4)], axis=1
                )
            else:
                small = path.startswith(("correction", "trust", "width"))
                limit = np.sqrt(6.0 / sum(shape)) * (SMALL if small else 1.0)
                values = rng.uniform(-limit, limit, shape)
            fresh.append(values.astype(np.float32))
        self.model.set_weights(fresh)


@lru_cache(maxsize=4)
def network(kind: str, window_days: int, units: int, dropout: float, known_columns: int) -> Network:
    """The network of this shape, built on the first call; its weights are those of whoever used it last."""
    return Network(kind, window_days, units, dropout, known_columns)


def _recurrent(keras: Any, past: Any, known: Any, units: int) -> Any:
    state = keras.layers.LSTM(units, name="lstm")(past)
    joined = keras.layers.Concatenate()([state, known])
    return keras.layers.Dense(2 * units, activation="relu")(joined)


def _residual(keras: Any, past: Any, known: Any, units: int) -> Any:
    hours = keras.layers.Flatten()(keras.layers.Lambda(lambda x: x[:, :, :24])(past))
    joined = keras.layers.Concatenate()([keras.layers.Dense(units, activation="relu")(hours), known])
    return _block(keras, _block(keras, joined, 2 * units), 2 * units)


def _block(keras: Any, below: Any, units: int) -> Any:
    inner = keras.layers.Dense(units)(keras.layers.Dense(units, activation="relu")(below))
    return keras.layers.LayerNormalization()(keras.layers.Add()([inner, keras.layers.Dense(units)(below)]))


def _around(tf: Any, middle: Any, widths: Any) -> Any:
    """(n, 24, quantiles) that never cross: the middle, and distances added to both sides."""
    below = middle[:, :, None] - tf.cumsum(widths[:, :, :MIDDLE], axis=2, reverse=True)
    above = middle[:, :, None] + tf.cumsum(widths[:, :, MIDDLE:], axis=2)
    return tf.concat([below, middle[:, :, None], above], axis=2)
