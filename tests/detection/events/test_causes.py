"""What the channels together say of the cause."""

from collections.abc import Callable, Container
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.support.findings import event_rows
from vigia.config.sections.screen import ScreenParams
from vigia.detection.series import Series, Values

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
        ({"active": 0.5}, "tampering_suspected"),
        ({"active": 0.5, "reactive": 1.6}, "tampering_suspected"),
        ({"active": 1 / 3, "reactive": 1 / 3}, "wrong_ratio"),
        ({"active": 2.0, "reactive": 1.4}, "production_change"),
        ({"reactive": 3.0}, "reactive_equipment"),
        ({"active": 0.66, "reactive": 0.6, "voltage_fa": 0.1}, "lost_element"),
        ({"active": 0.0, "reactive": 0.0}, "meter_fault"),
        ({"active": -1.0, "reactive": -1.0}, "reversed_ct"),
    ],
    ids=[
        "half",
        "double",
        "another share",
        "active alone",
        "less and more",
        "a third",
        "both rise unlike",
        "reactive alone",
        "a phase",
        "zero",
        "reversed",
    ],
)
def test_the_cause_follows_from_what_moved_together(factors: dict[str, float], cause: str, mode: str) -> None:
    series, params = fault(**factors), ScreenParams()
    rows = event_rows(series, params, mode)
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
    rows = event_rows(series, params, mode)
    causes = {row["cause"] for row in rows if row["class"] == "supply"}
    assert causes == {cause}


def changed(change: Callable[[Values], Values], *channels: str) -> Series:
    series = fault()
    for channel in channels:
        series.values[channel][START:STOP] = change(series.values[channel][START:STOP])
    return series


@pytest.mark.parametrize(("days", "cause"), [(2.5, "reversed_ct"), (20, "tampering_suspected")])
def test_a_few_negative_hours_tell_the_cause_of_a_brief_event_alone(days: float, cause: str) -> None:
    series = fault()
    stop = START + int(24 * days)
    series.values["active"][STOP:] = fault().values["active"][STOP:]
    for channel in ("active", "reactive"):
        series.values[channel][START:stop] *= 0.42 if channel == "reactive" else 0.1
    series.values["active"][START + 20 : START + 24] *= -1
    rows = event_rows(series, ScreenParams(), "past_only")
    assert [row["cause"] for row in rows if row["class"] == "consumption"] == [cause]


def off_at(hours: Container[int]) -> Callable[[Values], Values]:
    clock = np.arange(START, STOP) % 24
    return lambda values: np.where([hour in hours for hour in clock], 0.0, values)


@pytest.mark.parametrize(
    "hours", [range(6, 14), range(2, 20), (22, 23, 0, 1, 2, 3, 4, 5)], ids=["day", "most", "night"]
)
def test_hours_that_are_off_each_day_are_no_fault_of_the_meter(hours: Container[int]) -> None:
    series, params = changed(off_at(hours), "active", "reactive"), ScreenParams()
    rows = event_rows(series, params, "past_only")
    row = next(row for row in rows if row["class"] == "consumption")
    assert row["cause"] == "tampering_suspected"
    assert row["reason_en"].endswith("nothing is registered in the same hours of each day.")


def test_a_client_that_rests_each_night_is_not_off_at_the_same_hours() -> None:
    series = fault()
    night = np.arange(len(series.values["active"])) % 24 < 6
    for channel in ("active", "reactive"):
        series.values[channel][night] = 0.0
        series.values[channel][START:STOP] *= 0.42
    rows = event_rows(series, ScreenParams(), "past_only")
    assert [row["cause"] for row in rows if row["kind"] == "level_down"] == ["production_change"]


def test_another_share_each_hour_is_no_ratio() -> None:
    shares = np.random.default_rng(1).uniform(0.1, 0.9, STOP - START)
    series = changed(lambda values: shares * values, "active", "reactive")
    rows = event_rows(series, ScreenParams(), "past_only")
    assert {row["cause"] for row in rows} == {"production_change"}


def test_a_brief_spike_does_not_give_a_long_shift_its_cause() -> None:
    series = fault(active=2.0, reactive=2.0)
    series.values["active"][START] *= 8
    rows = event_rows(series, ScreenParams(), "past_only")
    assert "active:spike" in rows[0]["witnesses"]
    assert (rows[0]["kind"], rows[0]["cause"]) == ("level_up", "wrong_ratio")


def test_a_spike_that_lifts_its_day_is_a_fault_of_the_meter() -> None:
    series = fault()
    series.values["active"][START] *= 40
    rows = event_rows(series, ScreenParams(), "past_only")
    assert {row["cause"] for row in rows if "spike" in row["witnesses"]} == {"meter_fault"}


def test_of_active_energy_alone_nothing_contradicts_it() -> None:
    series = fault(active=0.5)
    alone = replace(series, values={"active": series.values["active"]})
    rows = event_rows(alone, ScreenParams(), "past_only")
    assert [row["cause"] for row in rows] == ["lost_element"]
