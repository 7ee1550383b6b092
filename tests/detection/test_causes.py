"""What the channels together say of the cause."""

import numpy as np
import pandas as pd
import pytest

from vigia.config.detection import ScreenParams
from vigia.detection.components import Series
from vigia.detection.screen import event_rows, find

START, STOP = 24 * 150 + 9, 24 * 170


def fault(**factors: float) -> Series:
    rng = np.random.default_rng(0)
    shape = np.tile(1 + 0.3 * np.sin(np.arange(24) / 24 * 2 * np.pi), 200)
    sizes = {"active": 100.0, "reactive": 40.0, "voltage_fa": 220.0, "voltage_fc": 221.0}
    values = {}
    for channel, size in sizes.items():
        profile = np.ones(len(shape)) if channel.startswith("voltage") else shape
        values[channel] = size * profile * np.exp(rng.normal(0, 0.01, len(shape)))
        values[channel][START:STOP] *= factors.get(channel, 1.0)
    return Series("1", pd.Timestamp("2023-01-01"), "America/Lima", values)


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize(
    ("factors", "cause"),
    [
        ({"active": 0.5, "reactive": 0.5}, "wrong_ratio"),
        ({"active": 2.0, "reactive": 2.0}, "wrong_ratio"),
        ({"active": 0.42, "reactive": 0.42}, "production_change"),
        ({"active": 0.5}, "lost_element"),
        ({"reactive": 3.0}, "reactive_equipment"),
        ({"active": 0.66, "reactive": 0.6, "voltage_fa": 0.1}, "lost_element"),
        ({"active": 0.0, "reactive": 0.0}, "meter_fault"),
        ({"active": -1.0, "reactive": -1.0}, "reversed_ct"),
    ],
    ids=["half", "double", "another share", "active alone", "reactive alone", "a phase", "zero", "reversed"],
)
def test_the_cause_follows_from_what_moved_together(factors: dict[str, float], cause: str, mode: str) -> None:
    series, params = fault(**factors), ScreenParams()
    rows, _ = event_rows(series, find(series, params, mode, False), mode, params)
    causes = [row["cause"] for row in rows if row["class"] == "consumption"]
    assert causes == [cause]


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize(
    ("factors", "cause"),
    [
        ({"voltage_fa": 0.1}, "supply"),
        ({"active": 0.66, "reactive": 0.66, "voltage_fa": 0.1}, "lost_element"),
        ({"active": 1.5, "reactive": 1.5, "voltage_fa": 0.1}, "supply"),
        ({"active": 0.66, "reactive": 0.66, "voltage_fa": 0.7, "voltage_fc": 0.7}, "supply"),
    ],
    ids=["voltage alone", "energy falls with a phase", "energy rises", "both voltages"],
)
def test_a_phase_that_is_lost_with_energy_is_an_element_of_the_meter(
    factors: dict[str, float], cause: str, mode: str
) -> None:
    series, params = fault(**factors), ScreenParams()
    rows, _ = event_rows(series, find(series, params, mode, False), mode, params)
    causes = {row["cause"] for row in rows if row["class"] == "supply"}
    assert causes == {cause}
