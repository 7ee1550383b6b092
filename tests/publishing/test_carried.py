"""The code and the requirements that a registered model carries: enough, its own, and no more than needed."""

import ast
import json
import os
import re
import subprocess
import sys
import sysconfig
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ZONE, hourly_readings
from vigia.models import DailyHistory, FittedForecaster
from vigia.models.families import COMBINATION, FAMILIES, fit, named
from vigia.models.families.combination import Combination
from vigia.outlook.offsets import MAX_DAYS, Offsets
from vigia.outlook.pyfunc import Site, save
from vigia.tracking import carried

QUICK = {"epochs": 1, "units": 4}
ASK = """
import importlib, json, sys
code, data, loader, readings = sys.argv[1:]
sys.path.insert(0, code)
import pandas as pd
before = set(sys.modules)
model = importlib.import_module(loader)._load_pyfunc(data)
said = model.predict(pd.read_csv(readings), {"days": 2})
print(json.dumps({"said": said["forecast_kwh"].tolist(), "loaded": sorted(set(sys.modules))}))
"""


def fitted(family: str) -> FittedForecaster:
    if family == COMBINATION.name:
        parts = (fitted("xgboost"), fitted("last_day"), fitted("autoregression"))
        return Combination(parts, {}, date(2023, 1, 2) + timedelta(days=70))
    history = DailyHistory.from_readings(hourly_readings(100), ZONE, "PE")
    defaults = {name: QUICK.get(name, value) for name, value in named(family).defaults.items()}
    return fit(family, history, np.arange(28, 90), defaults, seed=1)


@pytest.mark.parametrize("family", [family.name for family in FAMILIES])
def test_a_model_of_any_family_forecasts_alone_with_what_it_requires(family: str, tmp_path: Path) -> None:
    model, nothing = fitted(family), np.full((MAX_DAYS, 24), 0.0)
    bands = {0.95: Offsets(nothing, nothing, nothing[:, 0], nothing[:, 0])}
    save(tmp_path / "data", model, Site("7", ZONE, "PE", False, 0.95), bands)
    carried.write(tmp_path / "code")
    readings = hourly_readings(80)
    readings[["timestamp", "active_energy_kwh"]].to_csv(tmp_path / "readings.csv", index=False)
    arguments = [tmp_path / "code", tmp_path / "data", carried.loader(), tmp_path / "readings.csv"]
    done = subprocess.run(
        [sys.executable, "-S", "-c", ASK, *map(str, arguments)],
        cwd=tmp_path,
        env={"PYTHONPATH": sysconfig.get_paths()["purelib"], "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert len(answer["said"]) == 48
    loaded = {name.split(".")[0] for name in answer["loaded"]}
    assert "vigia" not in loaded
    assert carried.package() in loaded
    named_in_code = {library for path in carried.modules().values() for library in libraries(path)}
    needed = {carried._distribution(library) for library in named_in_code & loaded}
    required = {text.split("==")[0] for text in carried.requirements(tmp_path / "data")}
    assert required - needed == set(carried.BESIDE)
    assert needed <= required


def libraries(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names - {"vigia"} - sys.stdlib_module_names


def test_requirements_are_the_versions_that_are_installed(tmp_path: Path) -> None:
    fitted("seasonal").save(tmp_path)
    found = dict(text.split("==") for text in carried.requirements(tmp_path))
    assert set(found) == {"holidays", "mlflow", "numpy", "pandas", "tzdata"}
    assert found == {name: version(name).split("+")[0] for name in found}


def test_the_code_is_a_package_of_its_own_that_names_no_other_of_ours(tmp_path: Path) -> None:
    folder = carried.write(tmp_path)
    assert re.fullmatch(r"vigia_[0-9a-f]{12}", folder.name)
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    for path, text in texts.items():
        assert not re.search(r"^\s*(?:from|import) vigia\b(?!_)", text, re.MULTILINE), path
    assert sum(map(len, texts.values())) < 200_000
    carries = {name.split(".")[1] for name in carried.modules()}
    assert carries == {"calendars", "errors", "features", "models", "outlook", "vocabulary"}


def test_other_code_is_another_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = carried.package()
    changed = tmp_path / "features.py"
    changed.write_text("CHANGED = 1\n", encoding="utf-8")
    other = {**carried.modules(), "vigia.features": changed}
    monkeypatch.setattr(carried, "modules", lambda: other)
    carried.package.cache_clear()
    try:
        assert carried.package() != before
    finally:
        carried.package.cache_clear()
