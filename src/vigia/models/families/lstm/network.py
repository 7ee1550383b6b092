"""The network of the LSTM: built, trained, exported. The only importer of TensorFlow and tf2onnx.

The network weighs simple forecasts (four same weekdays, last week, three days, yesterday) by what it has read, and
corrects the mean: so it begins as a good rule, and what it must learn of a client is when to trust which one.

Importing TensorFlow takes a process 10 to 20 s, so it happens on the first fit, once a process. A network is built
once for each shape and set back to fresh weights before each fit; on one thread, fits are equal to the bit.
"""

import logging
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from vigia.models.families.lstm.windows import CALENDAR_COLUMNS, SIMPLE_FORECASTS

log = logging.getLogger(__name__)

Rows = npt.NDArray[np.int64]

DAILY_SHARE = 3.0
"""Weight of the error of the daily total against that of the hours."""
OUTPUTS = ("correction", "trust")
SMALL = 0.1
"""Outputs begin small, so that the network begins near its simple forecasts."""
FIRST_TRUST = 2.0
"""Advantage in log odds with which the four same weekdays begin."""


class Network:
    """A Keras network with a compiled training step; one instance serves all fits of its shape."""

    def __init__(self, window_days: int, units: int) -> None:
        self.tf = tf = tensorflow()
        keras = tf.keras
        past = keras.Input((window_days, 24 + CALENDAR_COLUMNS), name="past")
        future = keras.Input((CALENDAR_COLUMNS + 24 * SIMPLE_FORECASTS,), name="future")
        state = keras.layers.LSTM(units)(past)
        joined = keras.layers.Concatenate()([state, future])
        hidden = keras.layers.Dense(units, activation="relu")(joined)
        correction = keras.layers.Dense(24, name="correction")(hidden)
        trust = keras.layers.Dense(SIMPLE_FORECASTS, activation="softmax", name="trust")(hidden)
        simple = keras.layers.Reshape((SIMPLE_FORECASTS, 24))(
            keras.layers.Lambda(lambda x: x[:, CALENDAR_COLUMNS:])(future)
        )
        usual = keras.layers.Dot(axes=1)([trust, simple])
        self.model = keras.Model([past, future], keras.layers.Add()([correction, usual]))
        self.optimizer = keras.optimizers.Adam(clipnorm=1.0)
        self.optimizer.build(self.model.trainable_variables)
        self.fresh_optimizer = [variable.numpy() for variable in self.optimizer.variables]
        self.step = self._compile_step()

    def _compile_step(self) -> Callable[..., Any]:
        tf, model, optimizer = self.tf, self.model, self.optimizer

        @tf.function(jit_compile=True)  # type: ignore[untyped-decorator] # TensorFlow has no types
        def step(past: Any, future: Any, target: Any, weight: Any) -> None:
            with tf.GradientTape() as tape:
                error = model([past, future], training=True) - target
                hourly, daily = tf.reduce_mean(tf.abs(error), axis=1), tf.abs(tf.reduce_mean(error, axis=1))
                loss = tf.reduce_mean((hourly + DAILY_SHARE * daily) * weight)
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

        return step  # type: ignore[no-any-return] # TensorFlow has no types

    def fit(
        self,
        past: Any,
        future: Any,
        target: Any,
        weight: Any,
        parameters: dict[str, Any],
        seed: int,
        after_epoch: Callable[[int], None] | None = None,
    ) -> None:
        """Train from fresh weights; the learning rate falls to a twentieth along a cosine.

        The step is compiled by XLA for one size of a batch, which takes seconds and halves the time of each fit.
        """
        tf, batch, epochs = self.tf, parameters["batch_size"], parameters["epochs"]
        self._reset(seed)
        rng = np.random.default_rng(seed)
        data = [tf.constant(values) for values in (past, future, target, weight)]
        for epoch in range(epochs):
            fading = 0.05 + 0.95 * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
            self.optimizer.learning_rate.assign(parameters["learning_rate"] * fading)
            for chosen in whole_batches(rng.permutation(len(past)), batch):
                self.step(*(tf.gather(values, chosen) for values in data))
            if after_epoch is not None:
                after_epoch(epoch + 1)

    def predict(self, past: Any, future: Any) -> Any:
        """(n, 24) outputs."""
        return self.model([past, future], training=False).numpy()

    def get_weights(self) -> list[Any]:
        """A copy of the weights."""
        return [np.array(values) for values in self.model.get_weights()]

    def set_weights(self, weights: list[Any]) -> None:
        """Use these weights."""
        self.model.set_weights(weights)

    def to_onnx(self) -> bytes:
        """The graph with its weights, the same bytes in every process."""
        return exported(self.model, ("past", "future"))

    def _reset(self, seed: int) -> None:
        """Fresh weights from `seed` alone: Glorot for kernels, orthogonal for recurrent ones, forget bias one."""
        rng = np.random.default_rng(seed)
        fresh = []
        for variable in self.model.weights:
            shape = tuple(variable.shape)
            if len(shape) == 1:
                values = np.zeros(shape)
                if variable.path.startswith("lstm"):
                    values[shape[0] // 4 : shape[0] // 2] = 1.0
                elif variable.path.startswith("trust"):
                    values[0] = FIRST_TRUST
            elif "recurrent" in variable.path:
                blocks = [np.linalg.qr(rng.standard_normal((shape[0], shape[0])))[0] for _ in range(4)]
                values = np.concatenate(blocks, axis=1)
            else:
                limit = np.sqrt(6.0 / sum(shape)) * (SMALL if variable.path.startswith(OUTPUTS) else 1.0)
                values = rng.uniform(-limit, limit, shape)
            fresh.append(values.astype(np.float32))
        self.model.set_weights(fresh)
        for variable, value in zip(self.optimizer.variables, self.fresh_optimizer, strict=True):
            variable.assign(value)


def whole_batches(order: Rows, size: int) -> Rows:
    """(batches, size) rows of an epoch; the last batch is filled up from the beginning of the order.

    >>> whole_batches(np.arange(5), 3).tolist()
    [[0, 1, 2], [3, 4, 0]]
    """
    return np.resize(order, -(-len(order) // size) * size).reshape(-1, size)


@lru_cache(maxsize=16)
def network(window_days: int, units: int) -> Network:
    """The network of this shape, built on the first call; its weights are those of whoever used it last."""
    return Network(window_days, units)


def exported(model: Any, names: Sequence[str]) -> bytes:
    """A Keras model as an ONNX graph, its inputs named in order (`from_keras` fails with Keras 3)."""
    import tf2onnx

    from vigia.models.families.lstm.canonical import canonical

    tf = tensorflow()
    shapes = [[None, *each.shape[1:]] for each in model.inputs]
    signature = [tf.TensorSpec(shape, tf.float32, name=name) for shape, name in zip(shapes, names, strict=True)]
    function = tf.function(lambda *inputs: model(list(inputs), training=False), signature)
    graph, _ = tf2onnx.convert.from_function(function, input_signature=signature, opset=17)
    return bytes(canonical(graph).SerializeToString(deterministic=True))


@lru_cache(maxsize=1)
def tensorflow() -> Any:
    """TensorFlow on one thread, without a GPU."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.set_visible_devices([], "GPU")
    log.debug("TensorFlow %s loaded", tf.__version__)
    return tf
