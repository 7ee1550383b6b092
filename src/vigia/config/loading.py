"""Reading the YAML files; every problem becomes one `ConfigError` that names file, field and value."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from vigia.config.params import Params
from vigia.config.settings import Settings
from vigia.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)


def load_params(path: Path = Path("params.yaml")) -> Params:
    """Read the parameters that decide results."""
    return _parse(Params, _read(path), str(path))


def load_settings(folder: Path = Path("configs"), environment: Mapping[str, str] = os.environ) -> Settings:
    """Read `configs/*.yaml`, one section a file.

    A variable `VIGIA_<SECTION>_<FIELD>` replaces a field (`VIGIA_SERVING_PORT=3100`); `VIGIA_FLEET` is short for
    `VIGIA_SERVING_FLEET`.
    """
    sections: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        values = _read(folder / f"{name}.yaml") if (folder / f"{name}.yaml").is_file() else {}
        known = getattr(field.annotation, "model_fields", {})
        prefix = f"VIGIA_{name.upper()}_"
        for variable, value in environment.items():
            key = variable.removeprefix(prefix).lower()
            if variable.startswith(prefix) and key in known:
                values[key] = value
        sections[name] = values
    if "VIGIA_FLEET" in environment:
        sections["serving"]["fleet"] = environment["VIGIA_FLEET"]
    return _parse(Settings, sections, str(folder))


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ConfigError(f"no configuration file {path}")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not valid YAML: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: expected sections with fields, found {type(content).__name__}")
    return content


def _parse(model: type[Model], content: dict[str, Any], where: str) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']} (found {e.get('input')!r})" for e in error.errors()]
        raise ConfigError("\n".join([f"{where}:", *lines])) from error
