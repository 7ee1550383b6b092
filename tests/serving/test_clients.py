"""Clients: the list, and one with its model card."""

from dataclasses import replace

import pytest

from serving.release.served import Served
from tests.serving.conftest import Caller, api_of, with_events
from tests.support.event_rows import event_rows
from vigia.config.sections.alarm import AlarmParams


def test_the_client_with_an_open_critical_event_has_the_red_alert(api: Caller) -> None:
    rows = {row["client_id"]: row for row in api.get("/clients").json()["items"]}
    assert rows["7"]["alert"]
    assert rows["7"]["open_events"] >= 1
    assert [row["client_id"] for row in api.get("/clients", q="cliente 8").json()["items"]] == ["8"]
    by_energy = api.get("/clients", sort="energy").json()["items"]
    assert by_energy[0]["energy_at_stake_kwh"] == max(row["energy_at_stake_kwh"] or 0 for row in rows.values())


def alerts(served: Served) -> dict[str, bool]:
    return {row["client_id"]: row["alert"] for row in api_of(served).get("/clients").json()["items"]}


def test_the_red_alert_follows_the_rule_and_the_parameters_of_the_release(served: Served) -> None:
    recent = {"start": "2024-06-20", "first_alert_at": "2024-06-21", "end": "2024-06-25"}
    old = {"start": "2024-05-20", "first_alert_at": "2024-05-30", "end": "2024-06-25"}
    rows = [{"client_id": "1", **recent}] * 3 + [{"client_id": "7", **recent}] * 2
    rows += [{"client_id": "7", **old, "severity": "critical"}, *[{"client_id": "8", **old}] * 9]
    made = with_events(served, event_rows(*rows))
    assert alerts(made) == {"1": True, "7": False, "8": False}
    other = made.release.params.model_copy(update={"alarm": AlarmParams(recent_days=40, recent_events=4)})
    assert alerts(Served.of(replace(made.release, params=other))) == {"1": False, "7": True, "8": True}


@pytest.mark.parametrize(
    ("sort", "order"),
    [("client", ["1", "7", "8"]), ("energy", ["7", "8", "1"]), ("events", ["8", "7", "1"])],
)
def test_clients_are_sorted_by_what_is_at_stake_or_happened(served: Served, sort: str, order: list[str]) -> None:
    recent = {"start": "2024-06-20", "first_alert_at": "2024-06-21", "end": "2024-06-25"}
    rows = [{"client_id": "7", **recent, "energy_at_stake_kwh": 90.0}]
    rows += [{"client_id": "8", **recent, "energy_at_stake_kwh": 10.0}] * 2
    answer = api_of(with_events(served, event_rows(*rows))).get("/clients", sort=sort).json()
    assert [row["client_id"] for row in answer["items"]] == order


def test_pages_of_clients_join_to_the_whole_list(api: Caller) -> None:
    first = api.get("/clients", limit=2).json()
    second = api.get("/clients", limit=2, cursor=first["next_cursor"]).json()
    assert [row["client_id"] for row in first["items"] + second["items"]] == ["1", "7", "8"]
    assert second["next_cursor"] is None


def test_a_client_comes_with_the_problems_of_its_data_alone(served: Served) -> None:
    issues = served.release.issues
    for name, client in served.clients.items():
        assert client.quality == sorted(set(issues.loc[issues["client_id"] == name, "code"]))
