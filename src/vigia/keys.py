"""Digests that say whether a client's results still hold: of its rows, the parameters and the code."""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from vigia.closure import closure
from vigia.config import Params

SOURCE = Path(__file__).parent
NO_CODE = ("vigia.config", "vigia.vocabulary")
"""Parameters, whose values `params_digest` sees with all defaults, and words for people."""


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
def code_digest(module: str, source: Path = SOURCE) -> str:
    """Digest of the code behind a module: of all modules of `vigia` that it imports, directly and through others.

    Those of `NO_CODE` do not count.

    Args:
        module: its full name.
        source: folder of the package `vigia`.
    """
    digest = hashlib.sha256()
    for name, path in sorted(closure(module, {"vigia": source}).items()):
        if not name.startswith(NO_CODE):
            digest.update(f"{name}\n".encode() + path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def package_digest() -> str:
    """Digest of all code of this package."""
    digest = hashlib.sha256()
    for path in sorted(SOURCE.rglob("*.py")):
        digest.update(f"{path.relative_to(SOURCE).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def combine(*parts: Any) -> str:
    """One digest of several texts and values that JSON can write."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
