"""Fixtures that all tests share."""

import os
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import FLAGS, NEEDED, chromium_path
from vigia import frames

ZONE = "America/Lima"


def hourly_readings(days: int, client_id: str = "7", seed: int = 1, noise: float = 0.05) -> pd.DataFrame:
    """A client with a daily shape, quiet Sundays and multiplicative noise (table `readings`)."""
    stamps = pd.date_range("2023-01-02", periods=days * 24, freq="h", tz=ZONE, unit="us")
    rng = np.random.default_rng(seed)
    shape = 2 + np.sin(2 * np.pi * (stamps.hour - 8) / 24)
    energy = 100 * shape * np.where(stamps.day_of_week == 6, 0.4, 1.0) * (1 + noise * rng.standard_normal(len(stamps)))
    frame = pd.DataFrame({"client_id": client_id, "timestamp": stamps, "active_energy_kwh": energy})
    return frames.check("readings", frame.assign(reactive_energy_kvarh=0.3 * energy))


@pytest.fixture
def readings() -> pd.DataFrame:
    """140 days of a regular client."""
    return hourly_readings(140)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium: the machine's own, or Playwright's. There is one a process: Playwright takes no second."""
    path = chromium_path()
    if path is None:
        pytest.fail(NEEDED)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was left out on purpose is said last."""
    if os.environ.get("VIGIA_TEST_POSTGRES") == "off":
        terminalreporter.write_line(
            "PostgreSQL was left out (VIGIA_TEST_POSTGRES=off): the store was tested on SQLite alone"
        )
