"""Within a minute of a post everything shows it: all routes, the dashboard, and again after going back to a release."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.conftest import served_dashboard
from tests.serving.running import Running, running, until_status
from tests.serving.test_arrived import hours
from tests.support.tiny_release import TinyRelease, tiny_release
from tests.support.zone import at
from vigia.publish.operation import flip

MINUTE = 60.0
DAYS = 9
UNTIL = at("2024-07-08T23:00:00")
"""The last hour that is posted."""


@pytest.fixture
def process(tiny: TinyRelease, tmp_path: Path) -> Iterator[Running]:
    releases = tmp_path / "var" / "tiny" / "releases"
    shutil.copytree(tiny.folder, releases / tiny.digest)
    flip(releases.parent, tiny.digest)
    with running(tmp_path / "var") as started:
        until_status(f"{started.url}/readyz", 200)
        yield started


def answers(url: str) -> dict[str, Any]:
    """What the routes say of client 8, each without what every answer carries."""
    last = hours(24 * DAYS)[-24:]
    client, span = {"client_id": "8"}, {"start": at("2024-07-01T00:00:00"), "end": at("2024-07-09T00:00:00")}
    asked: dict[str, tuple[str, str, dict[str, Any]]] = {
        "series": ("GET", "/clients/8/series", {"resolution": "hour", "points": 5_000}),
        "summary": ("GET", "/summary", {}),
        "profile": ("GET", "/clients/8/profile", {}),
        "events": ("GET", "/events", {**client, "limit": 500}),
        "forecast": ("POST", "/forecast", client),
        "thresholds": ("POST", "/thresholds", {**client, **span, "resolution": "day"}),
        "detect": ("POST", "/detect", {**client, "readings": last}),
    }
    found = {}
    for name, (verb, path, what) in asked.items():
        more: dict[str, Any] = {"params": what} if verb == "GET" else {"json": what}
        answer = httpx.request(verb, f"{url}/v1{path}", timeout=30, **more)
        body = answer.json()
        found[name] = {key: body[key] for key in body if key not in ("release", "data_until")}
    return found


def when_all_differ(url: str, before: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """The answers, once every one of them is another one, and after how long."""
    begun = time.monotonic()
    while time.monotonic() < begun + MINUTE:
        now = answers(url)
        if all(now[name] != before[name] for name in before):
            return now, time.monotonic() - begun
        time.sleep(0.5)
    raise AssertionError(f"still as before: {[name for name in before if now[name] == before[name]]}")


@pytest.mark.long
@pytest.mark.browser
def test_a_minute_after_a_post_everything_shows_it_and_after_a_rollback_again(
    process: Running, tiny: TinyRelease, tmp_path: Path, chromium: Browser
) -> None:
    url = process.url
    before = answers(url)
    body = {"client_id": "8", "readings": hours(24 * DAYS + 7, level=0.05)[: 24 * (DAYS - 1) + 7]}
    posted = httpx.post(f"{url}/v1/readings", json=body, timeout=30)
    assert posted.status_code == 200, posted.text
    after, _ = when_all_differ(url, before)
    assert after["forecast"]["issued_at"] == at("2024-07-09T00:00:00")
    health = httpx.get(f"{url}/v1/health", timeout=10).json()
    assert (health["release"], health["data_until"]) == (tiny.digest, UNTIL)
    for dashboard in served_dashboard(url, tmp_path):
        page = chromium.new_page(viewport={"width": 1440, "height": 1000}, locale="es-PE")
        expect.set_options(timeout=20_000)
        page.goto(f"{dashboard}/?cliente=8")
        expect(page.locator(".vigia-estado")).to_contain_text("08/07/2024")
        page.close()
    other = tiny_release(tmp_path / "other", clients=("7", "8"))
    releases = process.var / "tiny" / "releases"
    shutil.copytree(other.folder, releases / other.digest)
    for digest in (other.digest, tiny.digest):
        flip(releases.parent, digest)
        until = time.monotonic() + MINUTE
        while (health := httpx.get(f"{url}/v1/health", timeout=10).json())["release"] != digest or (
            health["data_until"] != UNTIL
        ):
            assert time.monotonic() < until, f"{digest[:12]} is served with data until {health['data_until']}"
            time.sleep(0.3)
    assert answers(url) == after
