"""The service as a process that asks for keys, or that does not start."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.serving.access.conftest import NOW
from tests.serving.running import ROOT, running, until_status
from tests.support.tiny_release import TinyRelease
from vigia.publish.operation import flip
from vigia.store import Database, migrated
from vigia.store.access import audit, keys


def test_a_service_without_a_key_does_not_start_and_says_so_in_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "VIGIA_FLEET": "tiny"}
    environment |= {"VIGIA_SERVING_RELEASES": str(tmp_path), "BENTOML_HOME": str(tmp_path / "bentoml")}
    command = [sys.executable, "-m", "serving"]
    found = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert found.returncode == 1
    assert found.stderr.splitlines()[-1].startswith("vigia: the service would answer nobody, because it has no key")
    assert "Traceback" not in found.stderr


@pytest.mark.timeout(300)
def test_a_process_asks_for_keys_and_names_every_request(tiny: TinyRelease, tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "releases").symlink_to(tiny.folder.parent)
    flip(tmp_path / "tiny", tiny.digest)
    database = migrated(Database(f"sqlite:///{tmp_path / 'tiny' / 'vigia.db'}"))
    with database.writing() as connection:
        made, key = keys.add(connection, "panel", "reader", False, "test", NOW)
    with running(tmp_path, VIGIA_SERVING_OPEN="false") as service:
        until_status(f"{service.url}/readyz", 200)
        asked = f"{service.url}/v1/clients/{key}"
        assert httpx.get(f"{service.url}/v1/health", timeout=10).status_code == 200
        assert httpx.get(asked, timeout=10).status_code == 401
        answer = httpx.get(asked, headers={"X-API-Key": key, "X-Request-Id": "seen"}, timeout=10)
        assert (answer.status_code, answer.headers["x-request-id"]) == (404, "seen")
        assert httpx.get(f"{service.url}/livez", timeout=10).headers["x-request-id"]
        with database.writing() as connection:
            keys.revoke(connection, made.prefix, NOW)
        assert httpx.get(asked, headers={"X-API-Key": key}, timeout=10).status_code == 401
        with database.reading() as connection:
            rows = [(each.route, each.object, each.outcome) for each in audit.listed(connection, 10)]
        assert rows == 2 * [("/v1/clients/{client_id}", made.prefix, 401)]
        assert key not in service.log
        assert "Traceback" not in service.log
    database.close()
