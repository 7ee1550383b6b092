"""Reading a fitted forecaster of any family back from its folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vigia.errors import ModelError
from vigia.models import onnx, seasonal, xgb
from vigia.models.base import SPEC_FILE, FittedForecaster

READERS: dict[str, Callable[[Path, dict[str, Any]], FittedForecaster]] = {
    "seasonal": seasonal.load,
    "xgboost": xgb.load,
    "lstm": onnx.load,
}


def load(folder: Path) -> FittedForecaster:
    """Read a fitted forecaster; needs neither TensorFlow nor what it was trained with.

    Raises:
        ModelError: the folder holds no model, or one of an unknown family.
    """
    path = folder / SPEC_FILE
    if not path.is_file():
        raise ModelError(f"no model in {folder}: {SPEC_FILE} is missing")
    spec = json.loads(path.read_text(encoding="utf-8"))
    if spec.get("family") not in READERS:
        raise ModelError(f"{path}: unknown family {spec.get('family')!r}; known are {sorted(READERS)}")
    return READERS[spec["family"]](folder, spec["parameters"])
