"""What `import vigia` offers, and what it costs."""

import inspect
import subprocess
import sys

import pytest

import vigia
from vigia.client import AsyncClient, Client
from vigia.notebook import figure, reading, release
from vigia.scanning import scan

OFFERED = {
    "AsyncClient": AsyncClient,
    "Client": Client,
    "Release": release.Release,
    "plot": figure.plot,
    "read": reading.read,
    "scan": scan,
}
UNTOUCHED = ("pandas", "numpy", "scipy", "xgboost", "matplotlib", "optuna", "pydantic")


@pytest.mark.parametrize("name", OFFERED)
def test_the_package_offers_it_under_its_name(name: str) -> None:
    assert getattr(vigia, name) is OFFERED[name]
    assert name in dir(vigia)
    assert inspect.getdoc(getattr(vigia, name))


def test_editors_and_mypy_are_told_of_all_that_is_offered() -> None:
    stub = inspect.getsourcefile(vigia)
    assert stub is not None
    with open(f"{stub}i", encoding="utf-8") as file:
        text = file.read()
    assert all(f"import {name}" in text or f", {name}" in text for name in OFFERED)
    assert set(vigia.__all__) == {*OFFERED, "__version__"}


def test_another_name_is_none_of_the_package() -> None:
    with pytest.raises(AttributeError, match="module 'vigia' has no attribute 'skan'"):
        vigia.skan  # type: ignore[attr-defined] # noqa: B018 # asked for on purpose


def test_importing_the_package_imports_no_library() -> None:
    code = f"import sys, vigia; print([name for name in {UNTOUCHED} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_a_folder_is_read_and_scanned_without_any_library_of_training() -> None:
    asked = "vigia.read, vigia.scan, vigia.Release, vigia.plot"
    code = f"import sys, vigia; {asked}; print('optuna' in sys.modules, 'matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False False\n"
