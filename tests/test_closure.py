"""Which files decide what a module does, and the digest of them under which results are kept."""

from pathlib import Path

import pytest

from vigia.closure import closure
from vigia.keys import code_digest

SOURCES = {
    "__init__": "VERSION = 1",
    "work": "import numpy\nfrom vigia.models import Fitted\nfrom vigia.config import Params\n",
    "models.__init__": "from vigia.models.tree import Fitted\nfrom vigia.models.network import Other\n",
    "models.tree": "def fit():\n    from vigia.models.deep import steps\n",
    "models.deep.__init__": "from vigia.models.deep.steps import step\n",
    "models.deep.steps": "import vigia.days as days\n",
    "models.network": "from vigia.other import x\n",
    "days": "DAY = 24",
    "other": "",
    "config.__init__": "class Params: ...\n",
    "spread": "from vigia import models\n",
    "broken": "from vigia.nowhere import x\n",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small package with folders inside folders."""
    for name, text in SOURCES.items():
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def found(module: str, source: Path) -> set[str]:
    return {name.removeprefix("vigia.") for name in closure(f"vigia.{module}", {"vigia": source})}


def test_imports_are_followed_into_folders_and_functions_and_by_name_through_a_package(source: Path) -> None:
    assert found("work", source) == {"work", "models", "models.tree", "models.deep.steps", "days", "config"}


def test_a_package_taken_as_a_whole_stands_for_all_that_it_offers(source: Path) -> None:
    assert {"models.network", "other", "models.deep.steps"} <= found("spread", source)


def test_an_import_of_nothing_is_an_error(source: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"no module vigia\.nowhere"):
        found("broken", source)


@pytest.mark.parametrize(
    ("module", "changes"),
    [("models.deep.steps", True), ("days", True), ("work", True), ("other", False), ("config.__init__", False)],
    ids=["folder in a folder", "through others", "itself", "not imported", "parameters"],
)
def test_the_digest_of_code_changes_with_what_is_imported(source: Path, module: str, changes: bool) -> None:
    before = code_digest("vigia.work", source)
    path = source / f"{module.replace('.', '/')}.py"
    path.write_text(path.read_text(encoding="utf-8") + "\nMORE = 1\n", encoding="utf-8")
    code_digest.cache_clear()
    assert (code_digest("vigia.work", source) != before) == changes


def test_what_is_kept_of_a_client_hangs_on_the_code_of_models_features_and_calendar() -> None:
    for module in ("vigia.train.client", "vigia.train.shared", "vigia.backtest.task", "vigia.backtest.fits"):
        behind = found(module.removeprefix("vigia."), Path(__file__).parents[1] / "src" / "vigia")
        assert {"features", "calendars.clock", "splits", "models.history"} <= behind
        assert not {"compute", "tracking.runs", "train.fleet"} & behind
