"""The service as a process whose log lines are for machines."""

import json
import time
from pathlib import Path

import httpx
import pytest

from tests.serving.running import running, until_status
from tests.support.tiny_release import TinyRelease
from vigia.publish.operation import flip


@pytest.mark.timeout(300)
def test_every_line_of_the_service_is_an_object_and_figures_are_those_of_its_store(
    tiny: TinyRelease, tmp_path: Path
) -> None:
    releases = tmp_path / "tiny" / "releases"
    releases.mkdir(parents=True)
    (releases / tiny.digest).symlink_to(tiny.folder)
    flip(tmp_path / "tiny", tiny.digest)
    with running(tmp_path, VIGIA_LOG="json") as process:
        until_status(f"{process.url}/v1/health", 200)
        figures = httpx.get(f"{process.url}/metrics", timeout=10).text
        time.sleep(0.5)
    assert "vigia_store_up 1.0" in figures
    assert 'vigia_readings_total{outcome="accepted"} 0.0' in figures
    lines = [json.loads(line) for line in process.log.splitlines()]
    assert f"release {tiny.digest[:12]} is served" in {line["message"] for line in lines}
    assert {line["fleet"] for line in lines} == {"tiny"}
