"""The list of events, and one with its evidence."""

from typing import Any

import pytest

from serving.release.served import Served
from tests.serving.conftest import Caller, api_of, with_events
from tests.support.event_rows import event_rows
from tests.support.zone import at


def test_events_are_ranked_filtered_and_paged_without_gap_or_repetition(api: Caller) -> None:
    whole = api.get("/events", limit=500).json()
    ranks = ["critical", "high", "medium", "low"]
    order = [ranks.index(event["severity"]) for event in whole["items"]]
    assert order == sorted(order)
    assert whole["total"] == len(whole["items"]) == sum(whole["by_severity"].values())
    seen, cursor = [], None
    while True:
        page = api.get("/events", limit=3, **({"cursor": cursor} if cursor else {})).json()
        seen += [event["event_id"] for event in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [event["event_id"] for event in whole["items"]]
    only = api.get("/events", client_id="8", stake="missing").json()["items"]
    assert only
    assert all(event["client_id"] == "8" and event["stake"] == "missing" for event in only)
    assert api.get("/events", state="confirmed").json()["items"] == []


def test_one_event_comes_with_its_evidence(api: Caller) -> None:
    first = api.get("/events", client_id="7", severity="critical").json()["items"][0]
    body = api.get(f"/events/{first['event_id']}").json()
    assert body["event"]["reason_es"]
    assert {row["channel"] for row in body["channels"]} == set(first["channels"].split("|"))
    assert body["witnesses"]


MIXED = (
    {"client_id": "1"},
    {"client_id": "7", "severity": "high"},
    {"client_id": "7", "class": "supply", "kind": "voltage_sag", "stake": "supply"},
    {"client_id": "8", "kind": "spike", "stake": "surplus", "start": "2024-05-01", "end": "2024-05-03"},
    {"client_id": "8", "mode": "two_sided"},
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {0, 1, 2, 3}),
        ({"client_id": "7"}, {1, 2}),
        ({"client_id": "nobody"}, set()),
        ({"class": "supply"}, {2}),
        ({"kind": "spike"}, {3}),
        ({"stake": "surplus"}, {3}),
        ({"severity": "high"}, {1}),
        ({"mode": "two_sided"}, {4}),
        ({"start": at("2024-05-03T00:00:00")}, {0, 1, 2}),
        ({"end": at("2024-06-01T00:00:00")}, {3}),
        ({"end": "2024-06-01T06:00:01+01:00"}, {0, 1, 2, 3}),
        ({"state": "new"}, {0, 1, 2, 3}),
        ({"state": "confirmed"}, set()),
        ({"assignee": "ana"}, set()),
        ({"client_id": "7", "severity": "low"}, {2}),
    ],
    ids=str,
)
def test_every_filter_lets_its_own_events_through(served: Served, query: dict[str, str], found: set[int]) -> None:
    answer = api_of(with_events(served, event_rows(*MIXED))).get("/events", **query).json()
    assert {event["event_id"] for event in answer["items"]} == {f"e{number}" for number in found}
    assert answer["total"] == len(found)


def test_a_sector_has_the_events_of_its_clients(served: Served) -> None:
    api = api_of(with_events(served, event_rows(*MIXED)))
    sector = served.clients["1"].sector
    others = {name for name, client in served.clients.items() if client.sector != sector}
    assert others
    assert {event["client_id"] for event in api.get("/events", sector=sector).json()["items"]} == {"1"}
    assert api.get("/events", sector=sector, client_id=min(others)).json()["items"] == []
    assert api.get("/events", sector="nowhere").json()["items"] == []


def test_a_group_is_one_line_with_the_names_of_its_members(served: Served) -> None:
    grouped = [{"client_id": "1", "group_id": "g"}, {"client_id": "8", "group_id": "g", "severity": "high"}]
    answer = api_of(with_events(served, event_rows(*grouped, {"client_id": "7"}))).get("/events").json()
    lines = [(event["event_id"], event["members"]) for event in answer["items"]]
    assert lines == [("e1", ["8", "1"]), ("e2", ["7"])]
    assert (answer["total"], answer["by_severity"]) == (2, {"high": 1, "low": 1})


@pytest.mark.parametrize(("sort", "order"), [("severity", [1, 0, 2]), ("start", [2, 0, 1]), ("energy", [2, 0, 1])])
def test_events_come_in_the_order_that_is_asked_for(served: Served, sort: str, order: list[int]) -> None:
    rows = (
        {"severity": "medium", "start": "2024-05-02", "energy_at_stake_kwh": 5.0},
        {"severity": "high", "start": "2024-05-01"},
        {"severity": "low", "start": "2024-05-03", "money_at_stake": 1.0},
    )
    answer = api_of(with_events(served, event_rows(*rows))).get("/events", sort=sort).json()
    assert [event["event_id"] for event in answer["items"]] == [f"e{number}" for number in order]


@pytest.mark.parametrize(
    ("name", "some"),
    [
        ("kind", "power_factor_shift"),
        ("class", "contract"),
        ("stake", "missing"),
        ("severity", "critical"),
        ("state", "in_review"),
        ("mode", "two_sided"),
    ],
)
def test_an_unknown_value_is_refused_with_those_there_are(api: Caller, name: str, some: str) -> None:
    answer = api.get("/events", **{name: "none_such"})
    assert answer.status_code == 422
    assert f"query.{name}" in answer.json()["detail"]
    assert f"'{some}'" in answer.json()["detail"]


def evidence(served: Served, *rows: dict[str, Any]) -> dict[str, Any]:
    api = api_of(with_events(served, event_rows(*rows), sector="mines"))
    body: dict[str, Any] = api.get("/events/e0").json()
    return body


def test_peers_are_clients_of_the_sector_with_events_at_the_same_time(served: Served) -> None:
    then = {"start": "2024-06-02", "end": "2024-06-05"}
    body = evidence(
        served,
        {"client_id": "1", "start": "2024-06-01", "end": "2024-06-04"},
        {"client_id": "8", **then},
        {"client_id": "8", **then, "end": None},
        {"client_id": "8", "start": "2024-06-04", "end": "2024-06-06"},
        {"client_id": "8", "start": "2024-05-20", "end": "2024-06-01"},
        {"client_id": "8", **then, "mode": "two_sided"},
        {"client_id": "1", **then},
    )
    assert [(peer["client_id"], peer["events_then"]) for peer in body["peers"]] == [("8", 2), ("7", 0)]


def test_earlier_events_are_those_of_the_client_that_began_before(served: Served) -> None:
    body = evidence(
        served,
        {"client_id": "1", "start": "2024-06-01"},
        {"client_id": "1", "start": "2024-05-01"},
        {"client_id": "1", "start": "2024-06-02"},
        {"client_id": "7", "start": "2024-05-01"},
        {"client_id": "1", "start": "2024-05-01", "mode": "two_sided"},
    )
    assert [event["event_id"] for event in body["earlier_events"]] == ["e1"]


def test_of_many_earlier_events_the_ten_latest_are_told(served: Served) -> None:
    earlier = [{"client_id": "1", "start": f"2024-05-{day:02}"} for day in range(1, 13)]
    body = evidence(served, {"client_id": "1", "start": "2024-06-01"}, *earlier)
    assert {event["event_id"] for event in body["earlier_events"]} == {f"e{number}" for number in range(3, 13)}
    assert len(body["earlier_events"]) == 10
