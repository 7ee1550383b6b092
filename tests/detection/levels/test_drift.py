"""What comes slowly: seen against the level of long before, and never part of its own limit."""

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from tests.support.findings import rows_of
from vigia.config.sections.screen import LevelParams
from vigia.detection.detectors.levels.baseline import Baseline
from vigia.detection.detectors.levels.past_only import past_only
from vigia.detection.finding import Finding
from vigia.detection.robust.lagged import LaggedMedian
from vigia.detection.series import Series

PARAMS = LevelParams()
ONLY_RECENT = PARAMS.model_copy(update={"drift_windows": ()})


def client(trend: npt.ArrayLike, noise: float = 0.04, seed: int = 0) -> Series:
    """Active and reactive energy of days that follow a trend (logarithm), each with noise of its own."""
    rng, trend = np.random.default_rng(seed), np.asarray(trend)
    values = {
        channel: np.repeat(scale * np.exp(trend + rng.normal(0, noise, len(trend))), 24)
        for channel, scale in (("active", 100.0), ("reactive", 40.0))
    }
    return Series("1", pd.Timestamp("2023-01-01"), "America/Lima", values)


def ramp(before: int, days: int, depth: float) -> np.ndarray:
    """A level that sinks by `depth` in so many days."""
    return np.concatenate([np.zeros(before), np.log(1 - depth * np.arange(1, days + 1) / days)])


def found(series: Series, params: LevelParams = PARAMS) -> list[Finding]:
    return [part for channel in series.values for part in past_only(series, channel, params)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("before", "days"), [(120, 180), (300, 150)])
def test_a_ramp_that_the_recent_level_follows_is_a_slow_drift_before_it_is_over(
    before: int, days: int, seed: int
) -> None:
    series = client(ramp(before, days, 0.15), seed=seed)
    parts = found(series)
    assert not found(series, ONLY_RECENT)
    assert "active" in {part.channel for part in parts}
    assert {(part.kind, part.sign) for part in parts} == {("slow_drift", -1)}
    assert all(part.start / 24 > before - 14 for part in parts)


@pytest.mark.parametrize("seed", range(3))
def test_a_client_that_swings_by_a_few_percent_is_not_drifting(seed: int) -> None:
    assert not found(client(0.03 * np.sin(np.arange(500) / 60 * 2 * np.pi), seed=seed))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("phase", [0, 90, 180, 270])
def test_a_season_of_the_first_year_is_no_drift(phase: int, seed: int) -> None:
    season = 0.07 * np.sin((np.arange(230) + phase) / 365 * 2 * np.pi)
    assert "slow_drift" not in {part.kind for part in found(client(season, seed=seed))}


@pytest.mark.parametrize("seed", range(3))
def test_new_equipment_in_the_site_log_is_no_drift(seed: int) -> None:
    series = client(np.repeat([0.0, math.log(0.85)], 200), seed=seed)
    assert found(series)
    assert not found(replace(series, resets=(200,)))


def test_a_closure_of_a_fortnight_is_no_drift() -> None:
    trend = np.zeros(300)
    trend[200:214] = math.log(0.3)
    assert "slow_drift" not in {part.kind for part in found(client(trend))}


@pytest.mark.parametrize("seed", range(3))
def test_noise_alone_is_no_drift(seed: int) -> None:
    assert not found(client(np.zeros(500), seed=seed))


def test_a_slow_drift_is_an_event_of_its_kind_with_a_reason() -> None:
    series = client(ramp(120, 180, 0.15))
    (row, *_) = rows_of(series, found(series))
    assert (row["kind"], row["class"], row["stake"]) == ("slow_drift", "consumption", "missing")
    assert row["reason_en"].startswith("Active energy: slowly away from the level of months before")


def test_a_sudden_loss_keeps_its_kind() -> None:
    trend = np.where(np.arange(260) < 200, 0.0, math.log(0.7))
    assert {part.kind for part in found(client(trend))} == {"level_down", "reactive_shift"}


def test_growing_the_data_changes_no_drift_that_was_known() -> None:
    series = client(ramp(120, 180, 0.25))
    whole = found(series)
    for day in range(200, 300, 10):
        known = [part for part in whole if part.alert <= 24 * day]
        then = found(series.head(24 * day))
        assert [(part.channel, part.start, part.alert) for part in then] == [
            (part.channel, part.start, part.alert) for part in known
        ]


def test_the_newest_values_wait_before_they_count() -> None:
    sizes = LaggedMedian(100, newest=10)
    for size in [0.01] * 30 + [0.5] * 10:
        sizes.add(size)
    assert sizes.median == 0.01
    for size in [0.5] * 30:
        sizes.add(size)
    assert sizes.median == pytest.approx(0.255)


def test_values_of_an_event_are_forgotten_while_they_wait() -> None:
    sizes = LaggedMedian(100, newest=10)
    for size in [0.01] * 30 + [0.5] * 10:
        sizes.add(size)
    sizes.drop(10)
    for size in [0.02] * 30:
        sizes.add(size)
    assert sizes.median < 0.05


def test_a_drift_does_not_raise_its_own_limit() -> None:
    belief, other = Baseline("active", PARAMS), Baseline("active", PARAMS.model_copy(update={"settled_days": 0}))
    limits = []
    for each in (belief, other):
        window = next(window for window in each.windows if window.days == 28 and not window.is_slow)
        for day in range(150):
            level = 0.0 if day < 100 else -0.002 * (day - 100)
            each.keep(day, level, level)
            window.see(level, each.limit(window, -1))
        limits.append(each.limit(window, -1))
    assert limits[0] <= limits[1]
    assert limits[0] == pytest.approx(math.log(1.08) * math.sqrt(1 + 14 / 150))


def test_voltages_have_no_level_of_long_before() -> None:
    assert not any(window.is_slow for window in Baseline("voltage_fa", PARAMS).windows)
    assert sum(window.is_slow for window in Baseline("active", PARAMS).windows) == len(PARAMS.drift_windows)
