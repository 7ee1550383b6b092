"""Who may import whom, read from the source (docs/architecture.md explains the table)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "vigia"
ROWS = {
    "errors": 0,
    "vocabulary": 0,
    "config": 0,
    "frames": 0,
    "parallel": 0,
    "ingest": 1,
    "calendars": 1,
    "features": 1,
    "keys": 1,
    "records": 1,
    "splits": 1,
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
    "scan": 3,
    "release": 4,
    "publish": 4,
    "cli": 4,
}
ONLY_IN = {
    "tensorflow": ["models/lstm.py"],
    "tf2onnx": ["models/lstm.py"],
    "keras": [],
    "optuna": ["tune.py"],
    "mlflow": ["tracking/registry.py", "tracking/runs.py"],
    "yaml": ["config/loading.py"],
    "bentoml": [],
    "panel": [],
}
FILES = sorted(SOURCE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Full names of all modules that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def module_of(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_imports_from_its_own_row_or_the_rows_above(path: Path) -> None:
    own = module_of(path)
    if own == "__init__":
        assert not {name for name in imported(path) if name.startswith("vigia")}
        return
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "vigia" and len(parts) > 1 and parts[1] in ROWS:
            assert ROWS[parts[1]] <= ROWS[own], f"{path.relative_to(ROOT)} (row {ROWS[own]}) imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_heavy_library_has_one_importer(path: Path) -> None:
    own = str(path.relative_to(SOURCE))
    for name in imported(path):
        library = name.split(".")[0]
        assert own in ONLY_IN.get(library, [own]), f"{own} imports {library}"


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in FILES:
        own = module_of(path)
        names = {name.split(".")[1] for name in imported(path) if name.startswith("vigia.")}
        graph.setdefault(own, set()).update((names & set(ROWS)) - {own})
    seen: dict[str, str] = {}

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"circle: {' -> '.join([*trail, module])}"
        if module not in seen:
            for other in sorted(graph.get(module, ())):
                visit(other, (*trail, module))
            seen[module] = "done"

    for module in sorted(graph):
        visit(module, ())


def test_every_module_has_its_place_in_the_table() -> None:
    there = {module_of(path) for path in FILES} - {"__init__"}
    assert there <= set(ROWS), f"not in the table: {sorted(there - set(ROWS))}"


def test_the_dashboard_knows_the_service_only_over_http() -> None:
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        for name in imported(path):
            assert not name.startswith(("serving", "pipelines")), f"{path.name} imports {name}"
            if name.startswith("vigia"):
                assert name.startswith(("vigia.config", "vigia.errors")), f"{path.name} imports {name}"


def test_the_service_imports_no_training_library() -> None:
    heavy = {"tensorflow", "mlflow", "optuna", "keras", "dvc", "panel"}
    for path in sorted((ROOT / "serving").rglob("*.py")):
        assert not {name.split(".")[0] for name in imported(path)} & heavy, path.name
