"""Two quiet made-up clients, with and without trouble in their history."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from vigia import frames
from vigia.bench.engines import ScanEngine
from vigia.bench.subjects import Subject
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.screen import ScreenParams
from vigia.simulation.load import normal_readings, temperature
from vigia.simulation.profiles import PROFILES

ZONE = "America/Lima"
DAYS = 260
QUIET = (9, 11)
"""Profiles with little noise."""

Make = Callable[..., Subject]


def normal(number: int, days: int = DAYS) -> pd.DataFrame:
    hours = pd.date_range("2023-01-01", periods=24 * days, freq="h", tz=ZONE, unit="us")
    rng = np.random.default_rng(number)
    return normal_readings(str(number), PROFILES[number - 1], hours, temperature(hours, rng), "PE", rng)


def subject_of(
    readings: pd.DataFrame, masked_days: tuple[int, int] = (0, 0), troubled_days: tuple[int, int] = (0, 0)
) -> Subject:
    """A subject whose given days (first, last + 1) are in the mask or in a supply event."""
    client, first = str(readings["client_id"].iloc[0]), readings["timestamp"].iloc[0]
    start, end = (first + pd.Timedelta(days=day) for day in masked_days)
    row = {"client_id": client, "channel": "active", "start": start, "end": end, "known_at": start}
    mask = pd.DataFrame([{**row, "mode": "two_sided"}]) if start < end else frames.empty("mask", ZONE)
    start, end = (first + pd.Timedelta(days=day) for day in troubled_days)
    event = {"client_id": client, "mode": "two_sided", "class": "supply", "start": start, "end": end}
    events = pd.DataFrame([event]) if start < end else frames.empty("events", ZONE)
    return Subject.of(readings, {"client_id": client}, mask, events, ZONE)


@pytest.fixture(scope="session")
def readings() -> dict[int, pd.DataFrame]:
    return {number: normal(number) for number in QUIET}


@pytest.fixture(scope="session")
def subjects(readings: dict[int, pd.DataFrame]) -> list[Subject]:
    """The first is masked on days 100 to 109 and has supply trouble on days 150 to 159."""
    return [subject_of(readings[9], (100, 110), (150, 160)), subject_of(readings[11])]


@pytest.fixture(scope="session")
def engine() -> ScanEngine:
    return ScanEngine(ScreenParams(), DetectParams())
