"""Reading the YAML files; every problem becomes one `ConfigError` that names file, field and value."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from vigia.config.checkout import checkout
from vigia.config.params import Params, StageParams
from vigia.config.settings import Settings
from vigia.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)


def load_params(path: Path = Path("params.yaml")) -> Params:
    """Read the parameters that decide results."""
    return _parse(Params, _read(path), str(path))


def given_params(where: str, **sections: Mapping[str, Any]) -> Params:
    """Parameters given as values, the fields of some sections; all others are left to their defaults.

    Raises:
        ConfigError: a section or field that there is not, or a value out of range; it begins with `where`.
    """
    return _parse(Params, sections, where)


def stage_params(stage: str, pipeline: Path = Path("dvc.yaml"), path: Path = Path("params.yaml")) -> Params:
    """Read the parameters of one stage: of the sections that its `params:` name, and no others.

    A stage that depends on the whole file `params.yaml` sees all.

    Raises:
        ConfigError: as of `load_params`, or there is no such stage, or it names a section that there is not.
    """
    params, stages = load_params(path), _read(pipeline).get("stages", {})
    if stage not in stages:
        raise ConfigError(f"{pipeline}: no stage {stage!r}; there are {', '.join(stages)}")
    if "params.yaml" in stages[stage].get("deps", []):
        return params
    sections = stages[stage].get("params", [])
    strange = [name for name in sections if name not in Params.model_fields]
    if strange:
        raise ConfigError(f"{pipeline}: stage `{stage}` declares {strange}; there are {list(Params.model_fields)}")
    return StageParams.of(params, stage, sections)


def resolved(params: Params) -> str:
    """All parameters as YAML, those that were left to their defaults too, in the order of the sections.

    What was read once stays what it was, whatever defaults a later version has.
    """
    return yaml.safe_dump(params.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=120)


def load_settings(folder: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read `configs/*.yaml` at the top of the checkout, or another folder, one section a file.

    A variable `VIGIA_<SECTION>_<FIELD>` replaces a field (`VIGIA_SERVING_PORT=3100`); `VIGIA_FLEET` is short for
    `VIGIA_SERVING_FLEET`.
    """
    folder = checkout() / "configs" if folder is None else folder
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
    return _parse(Settings, sections, str(folder)).located()


def read_section(path: Path, model: type[Model]) -> Model:
    """A YAML file as a section.

    Raises:
        ConfigError: it is no such section; the message names the field.
    """
    return _parse(model, _read(path), str(path))


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ConfigError(f"no configuration file {path}")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not valid YAML: {error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: expected sections with fields, found {type(content).__name__}")
    return content


def _parse(model: type[Model], content: dict[str, Any], where: str) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = [_problem(model, problem) for problem in error.errors()]
        raise ConfigError("\n".join([f"{where}:", *lines])) from error


def _problem(model: type[BaseModel], problem: ErrorDetails) -> str:
    """One line: the field, what is wrong, and what was found or, for an unknown name, which ones there are."""
    place = problem["loc"]
    text = f"  {'.'.join(map(str, place))}: "
    if problem["type"] != "extra_forbidden":
        return text + f"{problem['msg']} (found {problem['input']!r})"
    known = sorted(_fields(model, place[:-1]))
    near = difflib.get_close_matches(str(place[-1]), known, n=1)
    return text + "unknown; " + (f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}")


def _fields(model: Any, place: tuple[int | str, ...]) -> Mapping[str, Any]:
    """Fields of the section at `place` inside `model`; none where that is no section."""
    for name in place:
        field = getattr(model, "model_fields", {}).get(name)
        model = getattr(field, "annotation", None)
    return getattr(model, "model_fields", {})
