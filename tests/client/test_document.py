"""What docs/api.md shows is run against the real service, as a process with a store."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.running import running, until_status
from tests.support.film import FLEET, Operation, filmed

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SHELL, PYTHON = (re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL) for kind in ("sh", "python"))
ADDRESS = "http://127.0.0.1:3000"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a service on a release and the first day after it."""
    film = filmed(tmp_path_factory.mktemp("film"), clients=("6", "7", "8"))
    operation = Operation(film, film.var / FLEET)
    operation.days(range(1))
    operation.close()
    with running(film.var, FLEET) as service:
        until_status(f"{service.url}/v1/health", 200)
        yield service.url


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the examples work; curl is quiet there and fails where the service refuses."""
    made = tmp_path_factory.mktemp("examples")
    (made / ".curlrc").write_text('fail-with-body\nnoproxy = "*"\nwrite-out = "\\n"\n', encoding="utf-8")
    return made


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="the examples need curl and jq")
def test_every_curl_example_is_answered(address: str, folder: Path) -> None:
    script = folder / "examples.sh"
    script.write_text("set -euo pipefail\n" + "\n".join(SHELL), encoding="utf-8")
    environment = {**os.environ, "VIGIA": address, "CURL_HOME": str(folder)}
    done = subprocess.run(
        ["bash", str(script)], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line]
    assert len(answers) == sum(block.count("curl ") - block.count("$(curl") for block in SHELL)
    assert all(answer["release"] for answer in answers)
    assert answers[4]["accepted"] == 1
    assert [each["after"] for each in answers[-1]["items"] if each["what"] == "state"] == ["confirmed"]


def test_every_python_example_runs(address: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.delenv("VIGIA_API_KEY", raising=False)
    (folder / "DATOSCLIENTE7.csv").write_text(
        "Fecha,Active_energy,Reactive_energy,Voltaje_FA,Voltaje_FC\n2024-04-03 02:00:00,40.2,9,2400,2399\n"
    )
    names: dict[str, object] = {}
    code = "\n".join(PYTHON).replace(ADDRESS, address)
    exec(compile(code, "api.md", "exec"), names)
    assert names["changed"].alert.state == "confirmed"  # type: ignore[attr-defined] # of the last example
    names["service"].close()  # type: ignore[attr-defined] # of the first one
