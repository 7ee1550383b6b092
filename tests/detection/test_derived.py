"""What two channels, or the hours of a day, say together."""

import numpy as np
import pandas as pd
import pytest

from vigia.config.detection import DerivedParams, ScreenParams
from vigia.detection.components import Component, Series
from vigia.detection.derived import shape_distance
from vigia.detection.screen import find

PARAMS = ScreenParams(derived=DerivedParams())
DAYS, ONSET, END = 200, 140, 165
PROFILE = 1 + 0.6 * np.sin(np.arange(24) / 24 * 2 * np.pi)


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


def shifted(hours: np.ndarray) -> np.ndarray:
    return np.roll(hours.reshape(-1, 24), 6, axis=1).ravel()


def of_kind(found: list[Component], kind: str) -> list[Component]:
    return [part for part in found if part.kind == kind]


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize(
    ("changes", "kind", "channel"),
    [
        ({"voltage_fa": 0.95, "voltage_fc": 1.03}, "phase_imbalance", "voltage_fa"),
        ({"active": 0.78}, "power_factor_shift", "active"),
        ({"active": shifted}, "shape_change", "active"),
    ],
    ids=["phases part", "active energy alone falls a little", "the day is shifted"],
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
    found = find(client(active=shifted), ScreenParams(), "past_only", False)
    assert not of_kind(found, "shape_change")


def test_the_shape_of_a_day_is_judged_by_days_before_it() -> None:
    series = client(active=shifted)
    whole, part = shape_distance(series), shape_distance(series.head(24 * 150))
    assert np.array_equal(whole[: 24 * 150], part, equal_nan=True)
    later = client(active=shifted)
    later.values["active"][24 * 150 :] *= 1000
    assert np.array_equal(shape_distance(later)[: 24 * 150], part, equal_nan=True)
    assert np.nanmedian(whole[24 * ONSET : 24 * (ONSET + 7)]) > 0.2
    assert np.nanmedian(whole[24 * 60 : 24 * ONSET]) < 0.05
