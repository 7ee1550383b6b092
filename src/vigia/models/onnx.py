"""Inference of an exported LSTM with onnxruntime, so that serving needs no TensorFlow."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime

from vigia.errors import ModelError
from vigia.models.base import Days, Matrix, Parts, save_spec
from vigia.models.history import DailyHistory
from vigia.models.windows import history_days, windows

MODEL_FILE = "model.onnx"


@dataclass(frozen=True)
class OnnxForecaster:
    """An LSTM in ONNX form; `content` is the serialised graph."""

    session: onnxruntime.InferenceSession
    content: bytes
    parameters: dict[str, Any]
    family: str = "lstm"

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
        (scaled,) = self.session.run(None, {"past": past, "future": future})
        out: Matrix = scaled.astype(float) * level[:, None]
        return out

    def save(self, folder: Path) -> None:
        """Write spec and graph."""
        save_spec(folder, self.family, self.parameters)
        (folder / MODEL_FILE).write_bytes(self.content)


def from_bytes(content: bytes, parameters: dict[str, Any]) -> OnnxForecaster:
    """Open a serialised graph on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return OnnxForecaster(session, content, parameters)


def load(folder: Path, parameters: dict[str, Any]) -> OnnxForecaster:
    """Read a saved graph."""
    path = folder / MODEL_FILE
    if not path.is_file():
        raise ModelError(f"no ONNX model {path}")
    return from_bytes(path.read_bytes(), parameters)
