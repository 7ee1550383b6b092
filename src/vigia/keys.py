"""Digests that say whether a client's results still hold: of its rows, the parameters and the code."""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

import vigia
from vigia.config import Params


def frame_digest(frame: pd.DataFrame) -> str:
    """Digest of the values of a table, independent of how it is stored."""
    return hashlib.sha256(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()).hexdigest()


def data_digest(readings: pd.DataFrame) -> str:
    """Digest of one client's times and active energy: all that its forecasters read."""
    return frame_digest(readings[["timestamp", "active_energy_kwh"]])


def params_digest(params: Params, sections: Iterable[str]) -> str:
    """Digest of sections of the parameters; the fleet's name is no parameter of a model."""
    parts = {name: getattr(params, name).model_dump(mode="json") for name in sections}
    parts.get("fleet", {}).pop("name", None)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=8)
def code_digest(names: tuple[str, ...]) -> str:
    """Digest of modules and packages of `vigia`, by file name or folder with all below it."""
    root = Path(vigia.__file__).parent
    digest = hashlib.sha256()
    for name in names:
        for file in [root / name] if name.endswith(".py") else sorted((root / name).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def combine(*parts: Any) -> str:
    """One digest of several texts and values that JSON can write."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
