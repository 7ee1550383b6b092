"""The files that decide what a module does: its own and those that it imports, directly and through others.

Read from the source, imports inside functions included; nothing is run. A name that is taken from a package
(`from vigia.train import ClientData`) leads to the module that defines it, not to all that the package offers: a
package passes names on, and importing a module changes nothing.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path


def closure(module: str, places: Mapping[str, Path]) -> dict[str, Path]:
    """The files by full name of their module.

    Args:
        module: where to begin; a package stands for all that it offers.
        places: folders of the packages that are followed, by name; all others are libraries.

    Raises:
        ModuleNotFoundError: a module of these packages is imported, and there is none of that name.
    """
    found: dict[str, Path] = {}
    todo: list[tuple[str, str | None]] = [(module, None)]
    seen = set(todo)
    while todo:
        step = todo.pop()
        for source, name in _followed(*step, places, found):
            if source.split(".")[0] in places and (source, name) not in seen:
                seen.add((source, name))
                todo.append((source, name))
    return found


def _followed(
    module: str, name: str | None, places: Mapping[str, Path], found: dict[str, Path]
) -> list[tuple[str, str | None]]:
    """What a module leads to, or one name of it, as pairs of module and name; the file is noted in `found`."""
    if name is not None and _file(f"{module}.{name}", places) is not None:
        return [(f"{module}.{name}", None)]
    path = _file(module, places)
    if path is None:
        raise ModuleNotFoundError(f"no module {module} in {places[module.split('.')[0]]}", name=module)
    found[module] = path
    imports = _imports(path)
    if name is None:
        return list(imports.values())
    passed_on = path.name == "__init__.py" and name in imports
    return [imports[name]] if passed_on else [(module, None)]


def _file(module: str, places: Mapping[str, Path]) -> Path | None:
    package, *inside = module.split(".")
    path = places[package].joinpath(*inside)
    tries = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in tries if file.is_file()), None)


@lru_cache(maxsize=1024)
def _imports(path: Path) -> dict[str, tuple[str, str | None]]:
    """What a file imports, as pairs of module and name, by the name that each has in the file."""
    return dict(_statements(ast.parse(path.read_text(encoding="utf-8"), str(path))))


def _statements(tree: ast.AST) -> Iterator[tuple[str, tuple[str, str | None]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.asname or alias.name, (alias.name, None)) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                yield alias.asname or alias.name, (node.module, None if alias.name == "*" else alias.name)
