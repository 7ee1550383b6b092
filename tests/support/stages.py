"""What `dvc.yaml` says of each stage, and what the stage's script imports."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vigia.closure import closure
from vigia.config import Params

ROOT = Path(__file__).parents[2]
PLACES = {"vigia": ROOT / "src" / "vigia", "pipelines": ROOT / "pipelines"}
SECTIONS = "src/vigia/config/sections"
NO_RESULT = ("vigia.config.settings", "vigia.config.checkout", "vigia.addresses")
"""Where and how it runs: none of it changes a result, so that no stage runs again for it."""


@dataclass(frozen=True)
class Stage:
    """One stage of `dvc.yaml`.

    Attributes:
        deps, outs: paths.
        sections: of the parameters, those that it declares; all where it depends on the whole file.
    """

    name: str
    deps: tuple[str, ...]
    outs: tuple[str, ...]
    sections: tuple[str, ...]

    @property
    def code(self) -> list[str]:
        """Those of its `deps` that are code."""
        return [dep for dep in self.deps if dep.startswith(("src/", "pipelines/"))]

    def imports(self) -> dict[str, str]:
        """Files, by module, of all that its script imports but the sections of the parameters and the settings."""
        found = closure(f"pipelines.{self.name}", PLACES)
        files = {module: str(path.relative_to(ROOT)) for module, path in found.items() if module not in NO_RESULT}
        return {module: file for module, file in files.items() if not file.startswith(SECTIONS)}


def read_stages() -> list[Stage]:
    """The stages in their order."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    return [_stage(name, each) for name, each in content.items()]


def _stage(name: str, content: dict[str, Any]) -> Stage:
    outs = [path for each in (*content["outs"], *content.get("metrics", ())) for path in _paths(each)]
    deps = tuple(content["deps"])
    sections = tuple(Params.model_fields) if "params.yaml" in deps else tuple(content["params"])
    return Stage(name, deps, tuple(outs), sections)


def _paths(out: str | dict[str, Any]) -> list[str]:
    return [out] if isinstance(out, str) else list(out)
