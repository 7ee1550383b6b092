"""Reading a fitted forecaster of any family back from its folder.

A family's library is imported with its first model: whoever needs histories alone does not wait for XGBoost.
A model that many clients share, the fleet model, is kept once: a client's folder refers to it by a relative path.
"""

import importlib
import json
from pathlib import Path

from vigia.errors import ModelError
from vigia.models.base import REFERENCE, SPEC_FILE, FittedForecaster
from vigia.models.combination import Combination

READERS = {
    "seasonal": "seasonal",
    "xgboost": "xgb",
    "autoregression": "autoregression",
    "lstm": "onnx",
    "fleet": "fleet",
}
"""The module of this package whose `load` reads a family."""
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
        if "members" not in parameters:
            raise ModelError(f"{path} is a combination of an earlier version; publish the fleet again")
        return Combination(tuple(load(folder / name, shared) for name in parameters["members"]))
    if family not in READERS:
        raise ModelError(f"{path}: unknown family {family!r}; known are {sorted([*READERS, 'combination'])}")
    reader = importlib.import_module(f"vigia.models.{READERS[family]}")
    model: FittedForecaster = reader.load(folder, parameters)
    return model
