"""What a registered model brings with it, so that it works where Vigía is not installed: code, and what to install.

The code is a package of its own, `vigia_<digest of the code>`: it is neither that of an installed Vigía nor that of a
model of another version, so all of them may be loaded in one process, and each does what it did when it was registered.
"""

import ast
import hashlib
import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

from vigia.closure import closure
from vigia.keys import SOURCE
from vigia.models import boosters
from vigia.models.families.lstm import onnx

LOADER = "vigia.outlook.pyfunc"
READERS = {boosters.MODEL_FILE: boosters.__name__, onnx.MODEL_FILE: onnx.__name__}
"""File of a saved forecaster -> module whose libraries read it; those of others nobody needs for a forecast."""
BESIDE = ("mlflow", "tzdata")
"""Distributions that every model needs though its code does not import them: what loads it, and the zones of pandas."""
HEAD = '''"""The part of Vigía that a registered model needs to forecast, as it was when that was registered.

Licence: Apache-2.0.
"""
'''
_IMPORT = re.compile(r"^(\s*(?:from|import)\s+)vigia(?=[.\s])", re.MULTILINE)


@cache
def modules() -> dict[str, Path]:
    """The files that Python reads where `LOADER` is imported and asked, by full name of their module.

    Those of `vigia.closure`, and the packages in which they lie with all that these import; but for `vigia` itself,
    which offers much that no forecast needs.
    """
    found: dict[str, Path] = {}
    todo = [LOADER]
    while todo:
        for name, path in closure(todo.pop(), {"vigia": SOURCE}).items():
            if name not in found and name != "vigia":
                found[name] = path
                todo += _packages_around(name)
    return dict(sorted(found.items()))


@cache
def package() -> str:
    """Name of the package that models of this code carry."""
    digest = hashlib.sha256()
    for name, path in modules().items():
        digest.update(f"{name}\n".encode() + path.read_bytes())
    return f"vigia_{digest.hexdigest()[:12]}"


def loader() -> str:
    """Full name of the module in it that MLflow asks."""
    return LOADER.replace("vigia", package(), 1)


def write(folder: Path) -> Path:
    """Write the package below a folder; returns its own folder."""
    target = folder / package()
    target.mkdir(parents=True)
    (target / "__init__.py").write_text(HEAD, encoding="utf-8")
    for path in modules().values():
        copy = target / path.relative_to(SOURCE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(_IMPORT.sub(rf"\g<1>{package()}", path.read_text(encoding="utf-8")), encoding="utf-8")
    for inner in (each for each in target.rglob("*") if each.is_dir()):
        (inner / "__init__.py").touch()
    return target


def requirements(data: Path) -> list[str]:
    """What a model needs to be installed, in the versions that are installed here.

    Args:
        data: folder with its saved forecaster.
    """
    files = {path.name for path in data.rglob("*")}
    readers = [modules()[module] for name, module in READERS.items() if name in files]
    wanted = _at_import() | {library for path in readers for library in _libraries(ast.walk(_tree(path)))}
    names = {_distribution(library) for library in wanted} | set(BESIDE)
    return [f"{name}=={version(name).split('+')[0]}" for name in sorted(names)]


def _packages_around(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(2, len(parts))]


@cache
def _at_import() -> frozenset[str]:
    """Libraries that are imported with the code, not by a function that may never be asked."""
    found: set[str] = set()
    todo = [LOADER]
    while todo:
        module = todo.pop()
        if module in modules() and module not in found:
            found.add(module)
            todo += [*_packages_around(module), *_ours(_tree(modules()[module]).body)]
    return frozenset(library for module in found for library in _libraries(_tree(modules()[module]).body))


def _ours(nodes: Iterable[ast.AST]) -> list[str]:
    """What may be modules of `vigia` among the names that are imported."""
    names = []
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name for name in names if name.startswith("vigia.")]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _libraries(nodes: Iterable[ast.AST]) -> set[str]:
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names.add(node.module.split(".")[0])
    return names - {"vigia"} - sys.stdlib_module_names


@cache
def _distribution(library: str) -> str:
    """Name by which a library is installed."""
    return _installed()[library][0]


@cache
def _installed() -> dict[str, list[str]]:
    return {library: sorted(names) for library, names in packages_distributions().items()}
