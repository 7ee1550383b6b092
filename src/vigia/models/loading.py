"""Reading a fitted forecaster of any family back from its folder.

A family's library is imported with its first model: whoever needs histories alone does not wait for XGBoost.
A model that many clients share, the fleet model, is kept once: a client's folder refers to it by a relative path.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vigia.errors import ModelError
from vigia.models.base import REFERENCE, SPEC_FILE, FittedForecaster
from vigia.models.combination import Combination


def _seasonal(folder: Path, parameters: dict[str, Any]) -> FittedForecaster:
    from vigia.models import seasonal

    return seasonal.load(folder, parameters)


def _xgboost(folder: Path, parameters: dict[str, Any]) -> FittedForecaster:
    from vigia.models import xgb

    return xgb.load(folder, parameters)


def _lstm(folder: Path, parameters: dict[str, Any]) -> FittedForecaster:
    from vigia.models import onnx

    return onnx.load(folder, parameters)


def _fleet(folder: Path, parameters: dict[str, Any]) -> FittedForecaster:
    from vigia.models import fleet

    return fleet.load(folder, parameters)


READERS: dict[str, Callable[[Path, dict[str, Any]], FittedForecaster]] = {
    "seasonal": _seasonal,
    "xgboost": _xgboost,
    "lstm": _lstm,
    "fleet": _fleet,
}
Shared = dict[Path, FittedForecaster]


def load(folder: Path, shared: Shared | None = None) -> FittedForecaster:
    """Read a fitted forecaster; needs neither TensorFlow nor what it was trained with.

    Args:
        folder: where it was saved.
        shared: models that were referred to before, by folder; those read now are added, so that many clients hold
            one object.

    Raises:
        ModelError: the folder holds no model, or one of an unknown family.
    """
    shared = {} if shared is None else shared
    path = folder / SPEC_FILE
    if not path.is_file():
        raise ModelError(f"no model in {folder}: {SPEC_FILE} is missing")
    spec = json.loads(path.read_text(encoding="utf-8"))
    if REFERENCE in spec:
        target = (folder / spec[REFERENCE]).resolve()
        if target not in shared:
            shared[target] = load(target, shared)
        return shared[target]
    family, parameters = spec.get("family"), spec.get("parameters", {})
    if family == "combination":
        parts = [(float(weight), load(folder / name, shared)) for name, weight in parameters["weights"].items()]
        return Combination(tuple(parts))
    if family not in READERS:
        raise ModelError(f"{path}: unknown family {family!r}; known are {sorted([*READERS, 'combination'])}")
    return READERS[family](folder, parameters)
