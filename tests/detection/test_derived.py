"""What two channels, or the hours of a day, say together."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vigia.config.detection import DerivedParams, ScreenParams
from vigia.detection.clock import clock_lag, shape_distance, shares
from vigia.detection.components import Component, Series
from vigia.detection.merge import class_of, merge
from vigia.detection.screen import find

PARAMS = ScreenParams(derived=DerivedParams())
DAYS, ONSET, END = 200, 140, 165
PROFILE = 1 + 0.6 * np.sin(np.arange(24) / 24 * 2 * np.pi) + 0.3 * (np.arange(24) < 5)


def client(**changes: object) -> Series:
    rng = np.random.default_rng(4)
    together = np.repeat(np.exp(rng.normal(0, 0.15, DAYS)), 24)
    values = {}
    for channel, size in {"active": 100.0, "reactive": 40.0, "voltage_fa": 220.0, "voltage_fc": 221.0}.items():
        voltage = channel.startswith("voltage")
        shape = np.ones(24 * DAYS) if voltage else np.tile(PROFILE, DAYS) * together
        values[channel] = size * shape * np.exp(rng.normal(0, 0.005 if voltage else 0.03, 24 * DAYS))
        span = slice(24 * ONSET, 24 * END)
        change = changes.get(channel, 1.0)
        if callable(change):
            values[channel][span] = change(values[channel][span])
        else:
            values[channel][span] *= change
    return Series("1", pd.Timestamp("2023-01-02"), "America/Lima", values)


def mirrored(hours: np.ndarray) -> np.ndarray:
    return hours.reshape(-1, 24)[:, ::-1].ravel()


def flat(hours: np.ndarray) -> np.ndarray:
    days = hours.reshape(-1, 24)
    return (days.mean(axis=1, keepdims=True) * (0.97 + 0.06 * (np.arange(24) % 2))).ravel()


def of_kind(found: list[Component], kind: str) -> list[Component]:
    return [part for part in found if part.kind == kind]


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize(
    ("changes", "kind", "channel"),
    [
        ({"voltage_fa": 0.95, "voltage_fc": 1.03}, "phase_imbalance", "voltage_fa"),
        ({"active": 0.78}, "power_factor_shift", "active"),
        ({"active": mirrored}, "shape_change", "active"),
        ({"active": flat}, "shape_change", "active"),
    ],
    ids=["phases part", "active energy alone falls a little", "the day is mirrored", "the day is flat"],
)
def test_what_no_channel_shows_alone_is_found(changes: dict[str, object], kind: str, channel: str, mode: str) -> None:
    parts = of_kind(find(client(**changes), PARAMS, mode, False), kind)
    assert parts
    assert parts[0].channel == channel
    assert abs(parts[0].start / 24 - ONSET) <= 2
    assert parts[0].alert <= 24 * (ONSET + 16)


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize(
    "changes",
    [{}, {"active": 0.5, "reactive": 0.5}, {"voltage_fa": 1.05, "voltage_fc": 1.05}],
    ids=["nothing", "production falls", "the grid is higher"],
)
def test_what_moves_both_is_no_ratio(changes: dict[str, float], mode: str) -> None:
    found = find(client(**changes), PARAMS, mode, False)
    assert not [part for part in found if part.kind in ("phase_imbalance", "power_factor_shift", "shape_change")]


def test_they_are_off_unless_asked_for() -> None:
    found = find(client(active=mirrored), ScreenParams(), "past_only", False)
    assert not of_kind(found, "shape_change")


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize("hours", [-5, 4, 6])
def test_the_usual_hours_at_another_time_are_a_matter_of_the_clock(hours: int, mode: str) -> None:
    series = client(active=lambda values: np.roll(values.reshape(-1, 24), hours, axis=1).ravel())
    found = find(series, PARAMS, mode, False)
    (part,) = of_kind(found, "clock_shift")
    assert abs(part.start / 24 - ONSET) <= 4
    assert part.stop - part.start <= 24 * 22
    assert class_of(part.kind) == "data"
    assert not [other for other in found if class_of(other.kind) == "consumption"]
    assert clock_lag(shares(series), ONSET, ONSET + 7) == hours


@pytest.mark.parametrize("change", ["mirrored", "flat"])
def test_a_day_that_no_lag_restores_is_no_matter_of_the_clock(change: str) -> None:
    series = client(active=mirrored if change == "mirrored" else flat)
    assert clock_lag(shares(series), ONSET, ONSET + 7) == 0
    assert not of_kind(find(series, PARAMS, "past_only", False), "clock_shift")


def test_a_level_that_leaves_weeks_after_the_shape_is_another_event() -> None:
    shape = Component("active", "shape_change", 1000, 1500, 1200, 1500, 0, 2.0)
    level = Component("active", "level_up", 1400, 3000, 1420, 3000, 1, 2.0)
    assert [event.kind for event in merge([shape, level], 7.0, 72)] == ["shape_change", "level_up"]
    near = replace(level, start=1100, alert=1210)
    assert len(merge([shape, near], 7.0, 72)) == 1


def test_the_shape_of_a_day_is_judged_by_days_before_it() -> None:
    series = client(active=mirrored)
    whole, part = shape_distance(series), shape_distance(series.head(24 * 150))
    assert np.array_equal(whole[: 24 * 150], part, equal_nan=True)
    later = client(active=mirrored)
    later.values["active"][24 * 150 :] *= 1000
    assert np.array_equal(shape_distance(later)[: 24 * 150], part, equal_nan=True)
    assert np.nanmedian(whole[24 * ONSET : 24 * (ONSET + 7)]) > 0.2
    assert np.nanmedian(whole[24 * 60 : 24 * ONSET]) < 0.05
