"""`spec.json`, what stands first in the folder of a saved forecaster: its family and parameters, or a reference."""

import json
import os
from pathlib import Path
from typing import Any

from vigia.errors import ModelError

SPEC_FILE = "spec.json"
REFERENCE = "same_as"


def save_spec(folder: Path, family: str, parameters: dict[str, Any]) -> None:
    """Write what `load` needs to know first."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"family": family, "parameters": parameters}
    (folder / SPEC_FILE).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def refer(folder: Path, target: Path) -> None:
    """Write a folder that stands for the model in `target`, by a relative path."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {REFERENCE: Path(os.path.relpath(target, folder)).as_posix()}
    (folder / SPEC_FILE).write_text(json.dumps(content) + "\n", encoding="utf-8")


def read_spec(folder: Path) -> dict[str, Any]:
    """What `save_spec` or `refer` wrote.

    Raises:
        ModelError: neither did.
    """
    path = folder / SPEC_FILE
    if not path.is_file():
        raise ModelError(f"no model in {folder}: {SPEC_FILE} is missing")
    spec: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return spec
