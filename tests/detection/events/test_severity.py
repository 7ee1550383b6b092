"""What is at stake, and how sure it is that it is a loss."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vigia import frames
from vigia.config.sections.detect import DetectParams
from vigia.detection.events.severity import Reference, value_events
from vigia.detection.events.valuation import with_expected
from vigia.detection.series import Series

ZONE = "America/Lima"


def valued(values: np.ndarray, days: int, **fields: object) -> dict[Hashable, Any]:
    """An event of the last days of a client that is expected to consume 100 kWh an hour."""
    hours = len(values)
    series = Series("1", pd.Timestamp("2023-01-01"), ZONE, {"active": values})
    start = series.at(hours - 24 * days)
    row = {"event_id": "a", "client_id": "1", "class": "consumption", "kind": "level_down", "stake": "missing"}
    row |= {"channels": "active", "start": start, "mode": "past_only", "severity": "low", "score": 1.0}
    row |= {"reason_es": "Baja.", "reason_en": "Down.", "witnesses": "", **fields}
    names = [column.name for column in frames.TABLES["events"].columns if column.name not in row]
    events = frames.check("events", pd.DataFrame([row]).assign(**dict.fromkeys(names)))
    part = {"event_id": "a", "start": row["start"], "end": row.get("end"), "expected": None, "actual": None}
    channels = frames.check("event_channels", pd.DataFrame([{**part, "channel": row["channels"]}]))
    reference = Reference(np.full(hours, 100.0), np.full(hours, 90.0), np.full(hours, 110.0))
    (event,) = value_events(events, channels, series, {"a": reference}, DetectParams()).to_dict("records")
    return event


def consumed(share: float, days: int) -> np.ndarray:
    values = np.full(24 * 200, 100.0)
    values[-24 * days :] *= share
    return values


@pytest.mark.parametrize(
    ("share", "days", "severity"),
    [(0.5, 40, "critical"), (0.75, 70, "critical"), (0.88, 140, "high"), (0.95, 120, "low"), (0.5, 8, "medium")],
    ids=["deep and long", "a quarter", "an eighth for months", "a twentieth for months", "deep and short"],
)
def test_a_shallow_event_weighs_less_than_a_deep_one_of_the_same_energy(share: float, days: int, severity: str) -> None:
    event = valued(consumed(share, days), days)
    assert event["energy_at_stake_kwh"] == pytest.approx(24 * days * 100 * (1 - share))
    assert event["severity"] == severity


@pytest.mark.parametrize(("share", "days", "severity"), [(2.0, 40, "high"), (2.0, 7, "high"), (1.5, 4, "medium")])
def test_energy_that_is_too_much_is_never_critical(share: float, days: int, severity: str) -> None:
    event = valued(consumed(share, days), days, kind="level_up", stake="surplus")
    assert event["energy_at_stake_kwh"] == pytest.approx(24 * days * 100 * (share - 1))
    assert event["energy_at_stake_kwh"] > 0.5 * 24 * 30 * 100 or days < 40
    assert event["severity"] == severity


def test_what_another_channel_was_expected_to_show_is_the_mean_of_the_four_weeks_before() -> None:
    values = {"active": np.full(24 * 200, 100.0), "reactive": np.full(24 * 200, 10.0)}
    values["reactive"][24 * 132 : 24 * 150] = 30.0
    values["reactive"][24 * 160 :] = 90.0
    series = Series("1", pd.Timestamp("2023-01-01"), ZONE, values)
    reference = Reference(*(np.full(24 * 200, each) for each in (100.0, 90.0, 110.0)))
    rows = [("a", name, series.at(24 * 160), series.at(24 * 170)) for name in ("reactive", "active")]
    channels = pd.DataFrame(rows, columns=["event_id", "channel", "start", "end"])
    expected = with_expected(channels, series, {"a": reference})["expected"].tolist()
    assert expected == pytest.approx([(10 * 10 + 30 * 18) / 28, 100.0])


@pytest.mark.parametrize(("lump", "stake", "energy"), [(4900.0, "data", 0.0), (1500.0, "missing", 3400.0)])
def test_energy_that_comes_in_at_once_at_the_end_is_not_lost(lump: float, stake: str, energy: float) -> None:
    values = np.full(24 * 200, 100.0)
    values[24 * 150 : 24 * 152] = 0.0
    values[24 * 152] = lump
    start = pd.Timestamp("2023-01-01", tz=ZONE) + pd.Timedelta(days=150)
    end = start + pd.Timedelta(hours=49)
    event = valued(values, 50, start=start, end=end, kind="zero_run")
    assert (event["stake"], event["energy_at_stake_kwh"]) == (stake, pytest.approx(energy))
    interval = event["energy_low_kwh"], event["energy_high_kwh"]
    assert interval == (0.0, 0.0) if stake == "data" else 0 < interval[0] < energy < interval[1]


def test_a_single_hour_and_an_open_event_carry_no_late_energy() -> None:
    values = np.full(24 * 200, 100.0)
    values[24 * 150] = 0.0
    values[24 * 150 + 1] = 200.0
    start = pd.Timestamp("2023-01-01", tz=ZONE) + pd.Timedelta(days=150)
    event = valued(values, 50, start=start, end=start + pd.Timedelta(hours=1), kind="zero_run")
    assert (event["stake"], event["energy_at_stake_kwh"]) == ("missing", 100.0)
    two = valued(values, 50, start=start, end=start + pd.Timedelta(hours=2), kind="zero_run")
    assert two["stake"] == "data"


SUPPLY = {"class": "supply", "kind": "voltage_sag", "stake": "supply", "channels": "voltage_fa"}
REACTIVE = {"kind": "reactive_shift", "channels": "reactive"}


@pytest.mark.parametrize(
    ("fields", "days", "severity"),
    [(SUPPLY, 7, "high"), (SUPPLY, 6, "medium"), (REACTIVE, 1, "medium"), (REACTIVE, 60, "medium")],
    ids=["a week without supply", "less than one", "reactive energy for a day", "and for months"],
)
def test_without_energy_at_stake_the_length_counts(fields: dict[str, object], days: int, severity: str) -> None:
    assert valued(consumed(0.1, days), days, **fields)["severity"] == severity
    assert pd.isna(valued(consumed(0.1, days), days, **fields)["energy_at_stake_kwh"])


@pytest.mark.parametrize("fields", [SUPPLY, REACTIVE], ids=["supply", "reactive energy"])
def test_what_is_over_within_a_day_is_low(fields: dict[str, object]) -> None:
    start = pd.Timestamp("2023-01-01", tz=ZONE) + pd.Timedelta(days=150)
    event = valued(consumed(1.0, 50), 50, start=start, end=start + pd.Timedelta(hours=23), **fields)
    assert event["severity"] == "low"


def test_wrong_data_keep_the_severity_that_they_came_with() -> None:
    fields = {"class": "data", "kind": "duplicated_feed", "stake": "data"}
    assert valued(consumed(0.1, 40), 40, severity="high", **fields)["severity"] == "high"
    assert valued(consumed(0.1, 40), 40, severity="low", **fields)["severity"] == "low"
