"""Questions that Schemathesis makes of the description, right and wrong ones, to the service as a process.

All of its checks hold for every answer: nothing breaks, and nothing is answered that is not declared.
`VIGIA_TEST_EXAMPLES` says how many are drawn at random, beside those that cover each limit of the description, and
`VIGIA_TEST_SEED` which.
"""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from serving.routes import ROUTERS
from tests.serving.running import Running, running, until_status
from tests.support.tiny_release import TinyRelease
from vigia.publish.operation import flip
from vigia.store import Database, migrated
from vigia.store.access import keys
from vigia.vocabulary.access import KEY_ROLES

HERE = Path(__file__).parent / "described"
ASKED_SHARE = 0.9
"""Of the questions that are wanted: there are only so many of a route that takes few parameters."""
EXAMPLES = int(os.environ.get("VIGIA_TEST_EXAMPLES", "200"))
SEED = os.environ.get("VIGIA_TEST_SEED", "1")
MOST_BYTES = 4 * 1024**3
"""Addresses that a process of the service may have; it has some 2.5 GB at rest, most of which is never touched."""
MOST_GROWTH = 400e6


@pytest.mark.sampled
@pytest.mark.timeout(120 + EXAMPLES)
def test_whatever_the_description_allows_or_not_is_answered_as_it_declares(tiny: TinyRelease, tmp_path: Path) -> None:
    operated(tiny, tmp_path)
    with running(tmp_path, most_bytes=MOST_BYTES) as service:
        until_status(f"{service.url}/readyz", 200)
        before = service.memory
        made = asked(service, "coverage,fuzzing", -(-EXAMPLES // sum(len(router.routes) for router in ROUTERS)))
        assert made >= ASKED_SHARE * EXAMPLES
        assert service.memory - before < MOST_GROWTH


@pytest.mark.sampled
@pytest.mark.timeout(900)
def test_a_service_that_asks_for_keys_answers_every_role_as_it_declares(tiny: TinyRelease, tmp_path: Path) -> None:
    operated(tiny, tmp_path)
    database = migrated(Database(f"sqlite:///{tmp_path / 'tiny' / 'vigia.db'}"))
    with database.writing() as connection:
        made = [keys.add(connection, role, role, False, "test", datetime.now(UTC))[1] for role in KEY_ROLES]
    database.close()
    more = {"VIGIA_SERVING_OPEN": "false", "VIGIA_SERVING_REQUESTS_PER_MINUTE": "0"}
    with running(tmp_path, **more) as service:
        until_status(f"{service.url}/readyz", 200)
        for key in made:
            asked(service, "fuzzing", 2, "--header", f"X-API-Key: {key}")
            assert key not in service.log


def operated(tiny: TinyRelease, var: Path) -> None:
    """A fleet in operation with the small release."""
    (var / "tiny").mkdir()
    (var / "tiny" / "releases").symlink_to(tiny.folder.parent)
    flip(var / "tiny", tiny.digest)


def asked(service: Running, phases: str, most: int, *more: str) -> int:
    """How many questions were made, each of which was answered as it should be."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [f"{service.url}/v1/openapi.json", "--url", f"{service.url}/v1", "--no-color", "--seed", SEED]
    command += ["--phases", phases, "--checks", "all", "--continue-on-failure", "--max-examples", str(most), *more]
    environment = {**os.environ, "PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "hooks"}
    found = subprocess.run(command, env=environment, cwd=service.var, capture_output=True, text=True, check=False)
    print(found.stdout)  # noqa: T201 # its summary, for those who ask with -s
    assert found.returncode == 0, found.stdout + found.stderr
    counted = re.search(r"(\d+) generated, (\d+) passed", found.stdout)
    assert counted is not None
    assert counted[1] == counted[2]
    assert "Traceback" not in service.log
    return int(counted[1])
