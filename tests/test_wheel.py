"""The wheel alone, in an empty directory, with and without the libraries of its extras."""

import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pandas as pd
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.plain_clients import changed, plain, write_files
from vigia import __version__
from vigia.cli.extras import DISTRIBUTION, EXTRAS, how_to_install

ROOT = Path(__file__).parents[1]
INSTALLED = Path(sysconfig.get_paths()["purelib"])
OPERATION = ("serving", "dashboard")
COMMAND = "from vigia.cli import main; main()"
NOTEBOOK = """
import vigia
readings = vigia.read("raw", zone="America/Lima", tell=None)
events = vigia.scan(readings, modes=("past_only",)).events
print(*events["client_id"])
try:
    vigia.plot(events.iloc[0], readings)
except ModuleNotFoundError as error:
    print(error)
"""
ASKING = """
import vigia
try:
    vigia.Client
except ModuleNotFoundError as error:
    print(error)
"""
PROGRAMS = """
import sys
from vigia.cli.serve import programs
sys.path.insert(0, str(programs()))
from serving.service import Vigia
from dashboard import app
from dashboard.widgets import elements
print(Vigia.name, len(list(elements.ASSETS.glob("*.js"))))
"""


@dataclass(frozen=True)
class Wheel:
    """The wheel unpacked in `package`, an empty `directory`, and folders of installed libraries by extras."""

    package: Path
    directory: Path
    libraries: dict[tuple[str, ...], Path]

    def run(self, code: str, *arguments: str, extras: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run Python code in the empty directory, with no other extras, and nothing of this checkout on the path."""
        path = os.pathsep.join([str(self.package), str(self.libraries[extras])])
        return subprocess.run(
            [sys.executable, "-S", "-c", code, *arguments],
            cwd=self.directory,
            env={"PYTHONPATH": path, "PYTHONSAFEPATH": "1", "PATH": os.environ["PATH"], "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Wheel:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "package")
    (folder / "empty").mkdir()
    libraries = {extras: folder / "-".join(("with", *extras)) for extras in ((), OPERATION)}
    for extras, path in libraries.items():
        path.mkdir()
        brought = {module for extra in extras for module in EXTRAS[extra]}
        left_out = {module for modules in EXTRAS.values() for module in modules} - brought
        for entry in INSTALLED.iterdir():
            if entry.name.removesuffix(".py") not in left_out:
                (path / entry.name).symlink_to(entry)
    return Wheel(folder / "package", folder / "empty", libraries)


def test_it_brings_one_package_the_licence_and_the_version_of_the_code(wheel: Wheel) -> None:
    brought = {path.name for path in wheel.package.iterdir()}
    assert brought == {"vigia", f"vigia_energia-{__version__}.dist-info"}
    assert (wheel.package / f"vigia_energia-{__version__}.dist-info" / "licenses" / "LICENSE").is_file()
    told = wheel.run(COMMAND, "--version")
    assert (told.returncode, told.stdout) == (0, f"vigia {__version__}\n")


def test_a_folder_that_nobody_described_is_checked_and_scanned_without_extras(wheel: Wheel) -> None:
    raw = wheel.directory / "raw"
    write_files(raw, {"norte.csv": changed(plain("norte", days=120), 90, 110, 0.0), "sur.csv": plain("sur", days=120)})
    for path in raw.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace("Active_energy", "Consumo kWh"), encoding="utf-8")
    checked = wheel.run(COMMAND, "check", "raw")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert 'active: "Consumo kWh"' in checked.stdout
    scanned = wheel.run(COMMAND, "scan", "raw", "--past-only", "--out", "found", "--workers", "1")
    assert (scanned.returncode, scanned.stderr) == (0, "")
    assert set(pd.read_csv(wheel.directory / "found" / "events.csv")["client_id"]) == {"norte"}
    shown = wheel.run(NOTEBOOK)
    needed = f"a figure needs matplotlib, which is not installed: {how_to_install('train')}"
    assert (shown.stdout, shown.stderr) == (f"norte\n{needed}\n", "")
    assert (wheel.package / "vigia" / "__init__.pyi").is_file()


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("--help", 0, ""),
        ("serve", 1, "vigia: the service is not installed: pip install 'vigia-energia[serving]'\n"),
        ("publish", 1, "vigia: mlflow is not installed: pip install 'vigia-energia[train]'\n"),
    ],
)
def test_a_missing_extra_is_one_sentence_with_the_way_out(wheel: Wheel, command: str, code: int, told: str) -> None:
    found = wheel.run(COMMAND, command)
    assert (found.returncode, found.stderr) == (code, told)


def test_the_client_says_what_brings_it(wheel: Wheel) -> None:
    told = f"the client needs httpx, which is not installed: {how_to_install('client')}\n"
    found = wheel.run(ASKING)
    assert (found.stdout, found.stderr) == (told, "")


def test_the_programs_that_serve_starts_are_in_it_and_need_no_training_library(wheel: Wheel) -> None:
    found = wheel.run(PROGRAMS, extras=OPERATION)
    assert found.returncode == 0, found.stderr
    assert found.stdout == "vigia 3\n"
    assert (wheel.package / "vigia" / "programs" / "Procfile").read_text() == (ROOT / "Procfile").read_text()


def test_the_table_of_extras_is_that_of_the_package() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert declared["name"] == DISTRIBUTION
    always = _distributions(declared["dependencies"])
    brought_by = packages_distributions()
    for extra, modules in EXTRAS.items():
        offered = _distributions(declared["optional-dependencies"][extra])
        for module in set(modules) - {"keras"}:
            owners = {canonicalize_name(name) for name in brought_by[module]}
            assert owners & offered, f"{module} does not come with {extra}"
            assert not owners & always, f"{module} comes with every install"


def _distributions(requirements: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}
