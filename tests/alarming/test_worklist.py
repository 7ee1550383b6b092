"""Which events are wanted, what is one incident, and which comes first."""

import pandas as pd
import pytest

from tests.support.event_rows import event_rows
from tests.support.zone import ZONE
from vigia.alarming import Order, Wanted, incidents, select

JUNE = pd.Timestamp("2024-06-10", tz=ZONE)


def ids(events: pd.DataFrame) -> list[str]:
    return events["event_id"].tolist()


MIXED = (
    {},
    {"client_id": "7"},
    {"class": "supply", "kind": "voltage_sag", "stake": "supply"},
    {"kind": "spike"},
    {"stake": "surplus"},
    {"severity": "high"},
    {"mode": "two_sided"},
    {"start": "2024-06-08", "end": "2024-06-12"},
    {"start": "2024-05-01", "end": None},
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), [0, 1, 2, 3, 4, 5, 7, 8]),
        (Wanted(mode="two_sided"), [6]),
        (Wanted(clients=["7", "8"]), [1]),
        (Wanted(clients=[]), []),
        (Wanted(class_="supply"), [2]),
        (Wanted(kind="spike"), [3]),
        (Wanted(stake="surplus"), [4]),
        (Wanted(severity="high"), [5]),
        (Wanted(start=JUNE), [7, 8]),
        (Wanted(end=pd.Timestamp("2024-06-01", tz=ZONE)), [8]),
        (Wanted(start=pd.Timestamp("2024-06-04", tz=ZONE), end=pd.Timestamp("2024-06-08", tz=ZONE)), [8]),
        (Wanted(kind="spike", severity="high"), []),
    ],
    ids=str,
)
def test_every_condition_lets_its_own_events_through(wanted: Wanted, found: list[int]) -> None:
    assert ids(select(event_rows(*MIXED), wanted)) == [f"e{number}" for number in found]


RANKED = (
    {"severity": "low", "money_at_stake": 9e9},
    {"severity": "critical", "end": "2024-06-20", "money_at_stake": 5.0},
    {"severity": "critical", "end": None, "start": "2024-06-05"},
    {"severity": "medium", "energy_at_stake_kwh": 10.0},
    {"severity": "medium", "energy_at_stake_kwh": 20.0},
    {"severity": "medium", "money_at_stake": 1.0},
    {"severity": "high", "start": "2024-06-03"},
    {"severity": "high", "start": "2024-06-02"},
)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("severity", [2, 1, 6, 7, 5, 4, 3, 0]),
        ("start", [2, 6, 7, 0, 1, 5, 4, 3]),
        ("energy", [0, 1, 5, 4, 3, 2, 6, 7]),
    ],
)
def test_grave_then_open_then_costly_then_large_ones_come_first(order: Order, found: list[int]) -> None:
    events = event_rows(*RANKED)
    expected = [f"e{number}" for number in found]
    assert ids(incidents(events, order)) == expected
    assert ids(incidents(events.iloc[::-1], order)) == expected


def test_a_group_is_one_incident_that_its_gravest_member_names() -> None:
    events = event_rows(
        {"client_id": "1", "group_id": "g", "severity": "low"},
        {"client_id": "7", "severity": "medium"},
        {"client_id": "8", "group_id": "g", "severity": "high"},
        {"client_id": "3", "group_id": "g", "severity": "medium"},
    )
    found = incidents(events)
    assert ids(found) == ["e2", "e1"]
    assert found["members"].tolist() == [["8", "3", "1"], ["7"]]
    assert ids(incidents(events, "start")) == ["e1", "e2"]


def test_of_no_events_there_is_no_incident() -> None:
    assert incidents(event_rows({}).iloc[:0])["members"].tolist() == []
