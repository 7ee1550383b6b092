"""Questions that Schemathesis makes of the description, right and wrong ones, to the service as a process.

All of its checks hold for every answer: nothing breaks, and nothing is answered that is not declared.
`VIGIA_TEST_EXAMPLES` says how many are drawn at random, beside those that cover each limit of the description, and
`VIGIA_TEST_SEED` which.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from serving.routes import ROUTERS
from tests.serving.running import running, until_status
from tests.support.tiny_release import TinyRelease
from vigia.publish.operation import flip

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
    routes = sum(len(router.routes) for router in ROUTERS)
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "releases").symlink_to(tiny.folder.parent)
    flip(tmp_path / "tiny", tiny.digest)
    with running(tmp_path, most_bytes=MOST_BYTES) as service:
        until_status(f"{service.url}/readyz", 200)
        before = service.memory
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
        command += [f"{service.url}/v1/openapi.json", "--url", f"{service.url}/v1", "--no-color", "--seed", SEED]
        command += ["--phases", "coverage,fuzzing", "--checks", "all", "--continue-on-failure"]
        command += ["--max-examples", str(-(-EXAMPLES // routes))]
        environment = {**os.environ, "PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "hooks"}
        asked = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        print(asked.stdout)  # noqa: T201 # its summary, for those who ask with -s
        assert asked.returncode == 0, asked.stdout + asked.stderr
        counted = re.search(r"(\d+) generated, (\d+) passed", asked.stdout)
        assert counted is not None
        assert int(counted[1]) == int(counted[2]) >= ASKED_SHARE * EXAMPLES
        assert "Traceback" not in service.log
        assert service.memory - before < MOST_GROWTH
