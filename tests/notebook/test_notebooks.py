"""The notebooks of docs/notebooks run from the first cell to the last, and are kept without what they printed."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

FOLDER = Path(__file__).parents[2] / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LONG = {"compare-two-experiments"}
"""Those that take more than 20 s."""
MOST_SECONDS = 60
MADE_UP = "vigia.simulation"
SOCKETS = Config({"KernelManager": {"transport": "ipc"}})
"""Those of the kernel are files of the directory that it runs in, so that no port is opened."""


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call] # nbformat has no types


def code_of(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def each(name: str) -> Any:
    return pytest.param(FOLDER / f"{name}.ipynb", id=name, marks=[pytest.mark.long] if name in LONG else [])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_as_it_was_written_with_nothing_that_it_printed(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.cells[0].source.startswith("# ")
    for cell in code_of(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_readings_are_made_up_and_no_path_is_of_one_machine(path: Path) -> None:
    text = "\n".join(cell.source for cell in read(path).cells)
    assert MADE_UP in text
    assert not re.search(r"[\"'(]/\w", text)


@pytest.mark.parametrize("path", [each(path.stem) for path in NOTEBOOKS])
def test_it_runs_from_the_first_cell_to_the_last(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    notebook = read(path)
    NotebookClient(notebook, timeout=MOST_SECONDS, config=SOCKETS).execute()
    shown = [output for cell in code_of(notebook) for output in cell.outputs if "data" in output]
    assert len(shown) >= 4
    left = [file.name for file in tmp_path.iterdir() if not file.is_socket()]
    assert left == []
