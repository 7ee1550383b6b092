"""Inference of an exported LSTM, so that serving needs no TensorFlow. The only importer of onnxruntime."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vigia.errors import ModelError
from vigia.models.families.lstm.windows import history_days, windows
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.spec import save_spec

NAME = "lstm"
MODEL_FILE = "model.onnx"


@dataclass(frozen=True)
class OnnxForecaster:
    """An LSTM in ONNX form; `content` is the serialised graph, `session` runs it."""

    session: Any
    content: bytes
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
        (scaled,) = self.session.run(None, {"past": past, "future": future})
        out: Matrix = scaled.astype(float) * level[:, None]
        return out

    def save(self, folder: Path) -> None:
        """Write spec and graph."""
        save_spec(folder, self.family, self.parameters)
        (folder / MODEL_FILE).write_bytes(self.content)


def from_bytes(content: bytes, parameters: dict[str, Any]) -> OnnxForecaster:
    """Open a serialised graph."""
    return OnnxForecaster(session(content), content, parameters)


def session(content: bytes) -> Any:
    """What runs a serialised graph, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def load(folder: Path, parameters: dict[str, Any]) -> OnnxForecaster:
    """Read a saved graph."""
    path = folder / MODEL_FILE
    if not path.is_file():
        raise ModelError(f"no ONNX model {path}")
    return from_bytes(path.read_bytes(), parameters)
