"""Fixtures that all tests share."""

import os

import numpy as np
import pandas as pd
import pytest

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was left out on purpose is said last."""
    if os.environ.get("VIGIA_TEST_POSTGRES") == "off":
        terminalreporter.write_line(
            "PostgreSQL was left out (VIGIA_TEST_POSTGRES=off): the store was tested on SQLite alone"
        )
