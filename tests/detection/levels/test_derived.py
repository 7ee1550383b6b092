"""What two channels say together."""

import numpy as np
import pandas as pd
import pytest

from tests.support.findings import findings
from vigia.config.sections.screen import DerivedParams, ScreenParams
from vigia.detection.finding import Finding
from vigia.detection.series import Series

PARAMS = ScreenParams(derived=DerivedParams(power_windows=((3, 1.35), (7, 1.22), (14, 1.15))))
DAYS, ONSET, END = 200, 140, 165
PROFILE = 1 + 0.6 * np.sin(np.arange(24) / 24 * 2 * np.pi) + 0.3 * (np.arange(24) < 5)


def client(**changes: float) -> Series:
    rng = np.random.default_rng(4)
    together = np.repeat(np.exp(rng.normal(0, 0.15, DAYS)), 24)
    values = {}
    for channel, size in {"active": 100.0, "reactive": 40.0, "voltage_fa": 220.0, "voltage_fc": 221.0}.items():
        voltage = channel.startswith("voltage")
        shape = np.ones(24 * DAYS) if voltage else np.tile(PROFILE, DAYS) * together
        values[channel] = size * shape * np.exp(rng.normal(0, 0.005 if voltage else 0.03, 24 * DAYS))
        span = slice(24 * ONSET, 24 * END)
        values[channel][span] *= changes.get(channel, 1.0)
    return Series("1", pd.Timestamp("2023-01-02"), "America/Lima", values)


def of_kind(found: list[Finding], kind: str) -> list[Finding]:
    return [part for part in found if part.kind == kind]


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize(
    ("changes", "kind", "channel"),
    [
        ({"voltage_fa": 0.95, "voltage_fc": 1.03}, "phase_imbalance", "voltage_fa"),
        ({"active": 0.78}, "power_factor_shift", "active"),
    ],
    ids=["phases part", "active energy alone falls a little"],
)
def test_what_no_channel_shows_alone_is_found(changes: dict[str, float], kind: str, channel: str, mode: str) -> None:
    parts = of_kind(findings(client(**changes), PARAMS, mode), kind)
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
    found = findings(client(**changes), PARAMS, mode)
    assert not [part for part in found if part.kind in ("phase_imbalance", "power_factor_shift")]


def test_phases_are_watched_by_default_and_the_power_ratio_if_asked_for() -> None:
    assert of_kind(findings(client(voltage_fa=0.96, voltage_fc=1.04), ScreenParams(), "past_only"), "phase_imbalance")
    assert not of_kind(findings(client(active=0.78), ScreenParams(), "past_only"), "power_factor_shift")


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize("factor", [0.1, 0.6, 1.6], ids=["lost", "too low", "too high"])
def test_a_phase_that_leaves_its_normal_is_no_imbalance(factor: float, mode: str) -> None:
    found = findings(client(voltage_fa=factor), PARAMS, mode)
    assert {part.channel for part in found} == {"voltage_fa"}
    assert not of_kind(found, "phase_imbalance")


def test_phases_that_were_never_together_do_not_part() -> None:
    series = client()
    series.values["voltage_fa"][: 24 * 60] *= 0.93
    assert {part.start > 24 for part in findings(series, PARAMS, "two_sided")} <= {True}
