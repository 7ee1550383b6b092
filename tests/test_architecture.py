"""Who may import whom, and how large things may become, read from the source (docs/architecture.md explains it).

A new package, module or heavy library is a line in one of the tables below.
"""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from vigia.models import families

ROOT = Path(__file__).parents[1]
FOLDERS = {
    "vigia": "src/vigia",
    "pipelines": "pipelines",
    "serving": "serving",
    "dashboard": "dashboard",
    "benchmarks": "benchmarks",
}
"""Each package, and where it lies."""
MAY_IMPORT = {
    "vigia": (),
    "pipelines": ("vigia",),
    "serving": ("vigia",),
    "dashboard": ("vigia.client", "vigia.config", "vigia.errors"),
    "benchmarks": ("vigia", "pipelines", "tests.support"),
}
"""What of ours a package may import beside itself; the dashboard knows the service only over HTTP."""
ROWS = {
    "addresses": 0,
    "errors": 0,
    "fleets": 1,
    "vocabulary": 0,
    "config": 0,
    "frames": 0,
    "client": 1,
    "closure": 0,
    "compute": 0,
    "lock": 0,
    "logs": 0,
    "processes": 0,
    "ingest": 1,
    "calendars": 0,
    "features": 1,
    "keys": 1,
    "alarming": 1,
    "records": 1,
    "splits": 1,
    "store": 1,
    "contracts": 1,
    "metrics": 1,
    "shrinkage": 1,
    "simulation": 1,
    "models": 2,
    "detection": 2,
    "tune": 3,
    "train": 3,
    "tracking": 3,
    "choose": 3,
    "backtest": 3,
    "calibrate": 3,
    "evaluate": 3,
    "bench": 3,
    "scanning": 3,
    "outlook": 3,
    "extension": 3,
    "release": 4,
    "publish": 4,
    "operate": 4,
    "mlflow_plugin": 4,
    "cli": 4,
    "notebook": 4,
}
"""Modules of `vigia`: each imports from its own row or the rows above, never in a circle."""
ONLY_IN = {
    "tensorflow": ["src/vigia/models/families/lstm/network.py"],
    "tf2onnx": ["src/vigia/models/families/lstm/network.py"],
    "xgboost": ["src/vigia/models/boosters.py", "benchmarks/newcomers/plain.py"],
    "keras": [],
    "onnxruntime": ["src/vigia/models/families/lstm/onnx.py"],
    "optuna": ["src/vigia/tune/study.py"],
    "sqlalchemy": ["src/vigia/store", "src/vigia/tracking/runs.py", "benchmarks/days/batches.py"],
    "alembic": ["src/vigia/store"],
    "mlflow": ["src/vigia/tracking"],
    "dvc": [],
    "yaml": ["src/vigia/config/loading.py", "src/vigia/config/written.py"],
    "honcho": ["src/vigia/cli/serve.py", "src/vigia/cli/processes.py"],
    "matplotlib": ["src/vigia/evaluate"],
    "bentoml": ["serving/service.py", "serving/__main__.py"],
    "fastapi": ["serving"],
    "starlette": ["serving"],
    "httpx": ["src/vigia/client", "dashboard/service/client.py", "src/vigia/operate/messages/webhook.py"],
    "panel": ["dashboard"],
    "panel_material_ui": ["dashboard"],
    "hvplot": ["dashboard"],
    "holoviews": ["dashboard"],
    "bokeh": ["dashboard"],
}
"""Heavy libraries, and the files or folders that may import them: training is thus closed to the service."""
MOST_LINES = 300
MOST_FILES = 15
MOST_LINKS = 6

FILES = sorted(
    path for folder in FOLDERS.values() for path in (ROOT / folder).rglob("*.py") if ".venv" not in str(path)
)
LIBRARY = [path for path in FILES if path.is_relative_to(ROOT / FOLDERS["vigia"])]
OTHER_FLEETS = {
    "backtest/fits.py": 1,  # a section of the parameters
    "backtest/task.py": 1,  # a section of the parameters
    "cli/main.py": 1,  # a command
    "config/loading.py": 1,  # a setting of the service
    "config/settings.py": 1,  # a setting of the service
    "config/sections/fleet.py": 1,  # what a fleet without a name is called
    "fleets.py": 1,  # what a fleet without a name is called
    "ingest/sources.py": 1,  # what a fleet without a name is called
    "keys.py": 1,  # a section of the parameters
    "logs/lines.py": 1,  # a field of a line
    "operate/messages/alarm.py": 1,  # a field of a webhook's body
    "operate/messages/digest.py": 1,  # a field of a webhook's body
    "release/build.py": 1,  # a field of the manifest
    "release/layout.py": 1,  # a folder of the format, so that a release is built without the code of any model
    "tracking/runs.py": 1,  # a tag of a run
    "train/data.py": 1,  # a section of the parameters
}
"""How often a file says `fleet` and means the clients together, not the family of that name."""


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def imported(path: Path) -> set[str]:
    """Full names of all modules that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def ours(path: Path) -> list[tuple[str, str]]:
    """Imports of modules of `vigia`: full name, and the part that the table of rows knows."""
    names = [name for name in imported(path) if name.startswith("vigia.")]
    return [(name, name.split(".")[1]) for name in sorted(names) if name.split(".")[1] in ROWS]


def package_of(path: Path) -> str:
    return next(name for name, folder in FOLDERS.items() if path.is_relative_to(ROOT / folder))


def called(path: Path) -> set[str]:
    """What a file calls, as it is written."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def module_of(path: Path) -> str:
    first = path.relative_to(ROOT / FOLDERS["vigia"]).parts[0]
    return first.removesuffix(".py")


def inside(name: str, parent: str, separator: str) -> bool:
    return name == parent or name.startswith(parent + separator)


def none(wrong: list[str]) -> None:
    assert not wrong, "\n".join(["", *wrong])


def test_a_file_imports_what_its_package_may() -> None:
    none(
        [
            f"{place(path)} imports {name}"
            for path in FILES
            for name in imported(path)
            if name.split(".")[0] in {*FOLDERS, "tests"} - {package_of(path)}
            and not any(inside(name, allowed, ".") for allowed in MAY_IMPORT[package_of(path)])
        ]
    )


def test_a_file_imports_from_its_own_row_or_the_rows_above() -> None:
    rows = {"__init__": -1, **ROWS}
    none(
        [
            f"{place(path)} (row {rows[module_of(path)]}) imports {name} (row {ROWS[part]})"
            for path in LIBRARY
            for name, part in ours(path)
            if ROWS[part] > rows[module_of(path)]
        ]
    )


def test_the_client_of_the_api_stands_by_itself() -> None:
    own = [path for path in LIBRARY if module_of(path) == "client"]
    none(
        [
            f"{place(path)} imports {name}"
            for path in own
            for name, part in ours(path)
            if part not in ("client", "errors", "vocabulary")
        ]
    )
    assert own


def test_a_heavy_library_is_imported_in_its_place_alone() -> None:
    none(
        [
            f"{place(path)} imports {name}"
            for path in FILES
            for name in imported(path)
            if name.split(".")[0] in ONLY_IN
            and not any(inside(place(path), each, "/") for each in ONLY_IN[name.split(".")[0]])
        ]
    )


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in LIBRARY:
        own = module_of(path)
        graph.setdefault(own, set()).update({part for _, part in ours(path)} - {own})
    seen: dict[str, str] = {}

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"circle: {' -> '.join([*trail, module])}"
        if module not in seen:
            for other in sorted(graph.get(module, ())):
                visit(other, (*trail, module))
            seen[module] = "done"

    for module in sorted(graph):
        visit(module, ())


def test_every_module_and_package_has_its_place_in_the_tables() -> None:
    there = {module_of(path) for path in LIBRARY} - {"__init__"}
    assert there <= set(ROWS), f"not in the table: {sorted(there - set(ROWS))}"
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"vigia"}
    assert packages - {"tests"} == set(FOLDERS) == set(MAY_IMPORT)


def test_local_times_become_instants_in_one_place() -> None:
    """Beside it only the texts of meter files do, whose rows tell which of two hours is meant."""
    own = ("src/vigia/calendars/clock.py", "src/vigia/ingest/values/times.py")
    calls = re.compile(r"\.tz_localize\((?!None\))")
    none([place(path) for path in FILES if place(path) not in own and calls.search(path.read_text(encoding="utf-8"))])


def test_a_file_can_be_read_in_one_go() -> None:
    lines = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    none([f"{name}: {count} lines" for name, count in lines.items() if count > MOST_LINES])


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    files = Counter(place(path.parent) for path in FILES)
    none([f"{name}: {count} files" for name, count in files.items() if count > MOST_FILES])


def test_the_longest_chain_of_imports_inside_detection_has_six_links() -> None:
    source = ROOT / FOLDERS["vigia"]
    graph = {}
    for path in (source / "detection").rglob("*.py"):
        names = {name for name in imported(path) if name.startswith("vigia.detection.")}
        files = {source.parent / f"{name.replace('.', '/')}.py" for name in names}
        files |= {source.parent / f"{name.rpartition('.')[0].replace('.', '/')}.py" for name in names}
        graph[path] = {file for file in files if file.is_file()} - {path}

    @cache
    def chain(path: Path) -> tuple[str, ...]:
        return (place(path), *max((chain(each) for each in graph[path]), key=len, default=()))

    longest = max((chain(path) for path in graph), key=len)
    assert len(longest) - 1 <= MOST_LINKS, " -> ".join(longest)


def test_modules_are_imported_by_name_so_that_it_can_be_read_what_hangs_on_what() -> None:
    dynamic = {place(path) for path in FILES if "importlib.import_module" in imported(path) | called(path)}
    assert dynamic == {"src/vigia/__init__.py", "src/vigia/cli/main.py"}


@pytest.mark.parametrize("path", LIBRARY, ids=place)
def test_a_family_is_spelled_in_its_own_module_alone(path: Path) -> None:
    own = path.relative_to(ROOT / FOLDERS["vigia"]).as_posix()
    if own.startswith("models/families/"):
        return
    texts = [
        node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)
    ]
    spelled = [text.strip("@") for text in texts if isinstance(text, str) and text.strip("@") in families.names()]
    assert spelled == ["fleet"] * OTHER_FLEETS.get(own, 0), f"{own} spells a family; ask `vigia.models.families`"


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "__init__.py"], ids=place)
def test_no_module_takes_the_place_of_what_its_package_offers(path: Path) -> None:
    """A module that is imported later becomes a name of its package, whatever the package called so before.

    What the module of that name offers itself may be called so: it is imported first.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    offered = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if not _is_module(f"{node.module}.{alias.name}") and not str(node.module).endswith(f".{alias.name}")
    }
    none([f"{place(path)}: {name}" for name in sorted(offered) if _beside(path, name)])


def _beside(path: Path, name: str) -> bool:
    return path.with_name(f"{name}.py").is_file() or (path.parent / name / "__init__.py").is_file()


def _is_module(full: str) -> bool:
    """Whether a full name is a module of ours."""
    first, *rest = full.split(".")
    return first in FOLDERS and bool(rest) and _beside((ROOT / FOLDERS[first]).joinpath(*rest[:-1], "x"), rest[-1])
