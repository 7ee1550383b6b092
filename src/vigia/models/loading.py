"""Reading a fitted forecaster of any family back from its folder.

A model that many clients share, the fleet model, is kept once: a client's folder refers to it by a relative path.
"""

from datetime import date
from pathlib import Path

from vigia.errors import ModelError
from vigia.models import families
from vigia.models.families.combination import Combination
from vigia.models.forecaster import FittedForecaster
from vigia.models.spec import REFERENCE, SPEC_FILE, read_spec

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
    spec = read_spec(folder)
    if REFERENCE in spec:
        target = (folder / spec[REFERENCE]).resolve()
        if target not in shared:
            shared[target] = load(target, shared)
        return shared[target]
    name, parameters = str(spec.get("family")), spec.get("parameters", {})
    if name not in families.names():
        raise ModelError(f"{folder / SPEC_FILE}: unknown family {name!r}; known are {sorted(families.names())}")
    family = families.named(name)
    if family.load is not None:
        return family.load(folder, parameters)
    if "memory" not in parameters:
        raise ModelError(f"{folder / SPEC_FILE} is a {name} of an earlier version; publish the fleet again")
    memory = {member: (values[0], values[1], values[2]) for member, values in parameters["memory"].items()}
    parts = tuple(load(folder / member, shared) for member in parameters["members"])
    return Combination(parts, memory, date.fromisoformat(parameters["until"]))
