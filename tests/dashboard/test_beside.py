"""Sessions beside each other: one whose call hangs delays nobody."""

import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.conftest import served_dashboard
from tests.dashboard.fake_service import Odd, running

pytestmark = pytest.mark.browser
HANGS = 25.0


@pytest.fixture
def odd() -> Odd:
    return {}


@pytest.fixture
def dashboard(odd: Odd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(odd=odd) as service:
        yield from served_dashboard(service, tmp_path_factory.mktemp("beside"))


def seconds_to_draw(browser: Browser, address: str) -> float:
    """From asking for the page of client 2 to all of it standing there."""
    page = browser.new_page()
    start = time.monotonic()
    page.goto(f"{address}/?vista=cliente&cliente=2", wait_until="load")
    expect(page.locator(".cliente-cifras")).to_contain_text("2,000,000 kWh", timeout=60_000)
    took = time.monotonic() - start
    page.close()
    return took


@pytest.mark.long
def test_a_session_whose_call_hangs_delays_no_other(chromium: Browser, dashboard: str, odd: Odd) -> None:
    seconds_to_draw(chromium, dashboard)
    usual = min(seconds_to_draw(chromium, dashboard) for _ in range(2))
    odd["/clients/1"] = (HANGS, None)
    hanging = [chromium.new_page() for _ in range(3)]
    for page in hanging:
        page.goto(f"{dashboard}/?vista=cliente&cliente=1", wait_until="load")
        expect(page.locator(".vigia-mensaje-cliente")).to_contain_text("Cargando Cliente 1", timeout=30_000)
    assert min(seconds_to_draw(chromium, dashboard) for _ in range(2)) < usual + 1
    start = time.monotonic()
    assert httpx.get(f"{dashboard}/favicon.ico", trust_env=False).status_code == 200
    assert time.monotonic() - start < 1
    for page in hanging:
        expect(page.locator(".vigia-mensaje-cliente")).to_contain_text("no respondió en 10 s", timeout=30_000)
        page.close()
