"""Sessions beside each other: one whose call hangs delays nobody."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.conftest import served_dashboard
from tests.dashboard.fake_service import Odd, running

pytestmark = pytest.mark.browser
PATIENCE = 45.0
"""Seconds that the dashboard waits for one answer: enough for a slow machine to draw a page meanwhile."""


@pytest.fixture
def odd() -> Odd:
    return {}


@pytest.fixture
def dashboard(odd: Odd, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("VIGIA_DASHBOARD_TIMEOUT_SECONDS", str(PATIENCE))
    with running(odd=odd) as service:
        yield from served_dashboard(service, tmp_path_factory.mktemp("beside"))


def draw_another(browser: Browser, address: str) -> None:
    """All of the page of client 2 stands there."""
    page = browser.new_page()
    page.goto(f"{address}/?vista=cliente&cliente=2", wait_until="load")
    expect(page.locator(".cliente-cifras")).to_contain_text("2,000,000 kWh", timeout=60_000)
    page.close()


@pytest.mark.long
def test_a_session_whose_call_hangs_delays_no_other(chromium: Browser, dashboard: str, odd: Odd) -> None:
    draw_another(chromium, dashboard)
    odd["/clients/1"] = (2 * PATIENCE, None)
    hanging = [chromium.new_page() for _ in range(2)]
    for page in hanging:
        page.goto(f"{dashboard}/?vista=cliente&cliente=1", wait_until="load")
        expect(page.locator(".vigia-mensaje-cliente")).to_contain_text("Cargando Cliente 1", timeout=30_000)
    draw_another(chromium, dashboard)
    assert httpx.get(f"{dashboard}/favicon.ico", trust_env=False).status_code == 200
    for page in hanging:
        expect(page.locator(".vigia-mensaje-cliente")).to_contain_text("Cargando Cliente 1", timeout=1)
    for page in hanging:
        expect(page.locator(".vigia-mensaje-cliente")).to_contain_text("no respondió en 45 s", timeout=60_000)
        page.close()
