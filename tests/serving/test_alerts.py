"""Alerts over HTTP: what people do with them, and what becomes of it in what is found."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from serving.api import create_api
from serving.release.current import CurrentRelease
from tests.serving.conftest import Caller
from tests.support.film import FIRST, Film, Operation, filmed


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return filmed(tmp_path_factory.mktemp("film"), clients=("6", "7", "8"))


class Desk:
    """A service beside an operation."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.current = CurrentRelease(operation.settings.serving, store=lambda: operation.database)
        self.current.refresh()
        self.api = Caller(create_api(self.current))

    def alerts(self, **query: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.get("/alerts", limit=500, **query).json()["items"]
        return found

    def patch(self, alert: dict[str, Any], version: int | None = None, **change: object) -> httpx.Response:
        tag = {"If-Match": f'"{alert["version"] if version is None else version}"'}
        return self.api.call("PATCH", f"/alerts/{alert['alert_id']}", json=change, headers=tag)

    def one(self, alert: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.api.get(f"/alerts/{alert['alert_id']}").json()
        return found


@pytest.fixture
def desk(film: Film, tmp_path: Path) -> Iterator[Desk]:
    operation = Operation(film, tmp_path / "store")
    operation.days(range(1))
    yield Desk(operation)
    operation.close()


def test_alerts_are_listed_with_what_is_at_stake_and_the_last_days(desk: Desk) -> None:
    page = desk.api.get("/alerts", limit=3).json()
    assert page["total"] == sum(page["by_state"].values()) == page["by_state"]["new"] > 3
    (first, *_) = page["items"]
    assert len(first["spark"]["days"]) == len(first["spark"]["actual_kwh"]) == 42
    assert first["energy_a_day_kwh"] is None or first["energy_a_day_kwh"] <= first["energy_at_stake_kwh"]
    following = desk.api.get("/alerts", limit=500, cursor=page["next_cursor"]).json()["items"]
    assert {each["alert_id"] for each in following}.isdisjoint(each["alert_id"] for each in page["items"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"client_id": "8"}, "client_id"),
        ({"kind": "level_down"}, "kind"),
        ({"severity": "high"}, "severity"),
        ({"stake": "missing"}, "stake"),
    ],
)
def test_a_filter_lets_through_what_it_names(desk: Desk, query: dict[str, str], field: str) -> None:
    (value,) = query.values()
    found, everything = desk.alerts(**query), desk.alerts()
    assert 0 < len(found) < len(everything)
    assert {each["alert_id"] for each in found} == {each["alert_id"] for each in everything if each[field] == value}


def test_an_alert_goes_through_its_states_and_the_history_keeps_who_did_what(desk: Desk) -> None:
    alert = desk.alerts()[0]
    taken = desk.patch(alert, state="in_review", assignee="ana", note="llamé al cliente").json()["alert"]
    assert (taken["state"], taken["assignee"], taken["version"]) == ("in_review", "ana", alert["version"] + 1)
    found = desk.patch(taken, state="confirmed", reason_code="meter", evidence="acta 17").json()["alert"]
    closed = desk.patch(found, state="closed").json()["alert"]
    again = desk.patch(closed, state="in_review", note="volvió a ocurrir").json()["alert"]
    told = desk.api.get(f"/alerts/{alert['alert_id']}/history").json()["items"]
    assert [(each["what"], each["after"]) for each in told if each["what"] == "state"] == [
        ("state", "in_review"),
        ("state", "confirmed"),
        ("state", "closed"),
        ("state", "in_review"),
    ]
    assert [each["what"] for each in told][:2] == ["raised", "assignee"]
    assert told[3]["evidence"] == "acta 17"
    assert again["reason_code"] is None
    assert desk.alerts(assignee="ana", state="in_review")[0]["alert_id"] == alert["alert_id"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"state": "closed"}, 409),
        ({"state": "missed"}, 409),
        ({"state": "confirmed", "note": "visto"}, 422),
        ({"state": "confirmed", "reason_code": "meter"}, 422),
        ({"state": "confirmed", "reason_code": "holiday", "note": "visto"}, 422),
        ({"state": "dismissed"}, 422),
        ({"state": "in_review", "reason_code": "meter"}, 422),
        ({"reason_code": "meter"}, 422),
        ({"state": "gone"}, 422),
        ({"unknown": 1}, 422),
    ],
)
def test_what_may_not_be_is_refused_and_changes_nothing(desk: Desk, change: dict[str, Any], status: int) -> None:
    alert = desk.alerts()[0]
    before = desk.one(alert)
    assert desk.patch(alert, **change).status_code == status
    assert desk.one(alert) == before


def test_a_change_needs_the_version_that_was_seen(desk: Desk) -> None:
    alert = desk.alerts()[0]
    path = f"/alerts/{alert['alert_id']}"
    assert desk.api.get(path).headers["etag"] == f'"{alert["version"]}"'
    assert desk.api.call("PATCH", path, json={"note": "x"}).status_code == 428
    assert desk.patch(alert, note="primero").status_code == 200
    assert desk.patch(alert, note="segundo").status_code == 412
    assert desk.api.call("PATCH", path, json={"note": "x"}, headers={"If-Match": "*"}).status_code == 412
    assert desk.api.call("PATCH", "/alerts/none", json={}, headers={"If-Match": '"1"'}).status_code == 404


def test_many_are_changed_at_once_each_by_itself(desk: Desk) -> None:
    first, second, third = desk.alerts()[:3]
    desk.patch(second, note="mientras tanto")
    asked = [{"alert_id": each["alert_id"], "version": each["version"]} for each in (first, second, third)]
    body = {"alerts": [*asked, {"alert_id": "none", "version": 1}], "change": {"state": "in_review"}}
    results = desk.api.post("/alerts/bulk", body).json()["results"]
    assert [each["status"] for each in results] == [200, 412, 200, 404]
    assert [desk.one(each)["alert"]["state"] for each in (first, second, third)] == ["in_review", "new", "in_review"]


def test_events_are_told_with_the_state_of_their_alert(desk: Desk) -> None:
    alert = desk.alerts(client_id="8")[0]
    desk.patch(alert, state="in_review", assignee="ana")
    events = desk.api.get("/events", state="in_review").json()["items"]
    assert [(each["alert_id"], each["assignee"]) for each in events] == [(alert["alert_id"], "ana")]
    assert desk.api.get(f"/events/{alert['events'][0]}").json()["event"]["state"] == "in_review"
    assert all(each["state"] == "new" for each in desk.api.get("/events", state="new", limit=500).json()["items"])


def test_a_missed_anomaly_is_recorded_by_hand_once(desk: Desk) -> None:
    start = (FIRST - pd.Timedelta(days=40)).isoformat()
    body = {"client_id": "8", "kind": "level_down", "start": start, "note": "medidor puenteado"}
    made = desk.api.post("/alerts", body)
    assert made.status_code == 201
    alert = made.json()["alert"]
    assert (alert["state"], alert["by_hand"], alert["kind"]) == ("missed", True, "level_down")
    assert desk.api.post("/alerts", body).status_code == 409
    assert desk.api.post("/alerts", {**body, "client_id": "nobody"}).status_code == 404
    (verdict,) = desk.one(alert)["verdicts"]
    assert (verdict["verdict"], verdict["alert_id"]) == ("confirmed", alert["alert_id"])
    desk.operation.days(range(1, 2))
    assert desk.one(alert)["alert"]["state"] == "missed"


def test_what_is_accepted_as_normal_ends_and_is_there_again_when_that_is_taken_back(desk: Desk) -> None:
    operation = desk.operation
    gone_on = [each for each in desk.alerts(open=True) if each["end"] is None and each["class"] == "consumption"]
    alert = gone_on[0]
    body = {"alert_id": alert["alert_id"], "note": "nueva línea de producción"}
    path = f"/clients/{alert['client_id']}/accept-normal"
    assert desk.api.post(path, body).json()["alert"]["state"] == "dismissed"
    assert desk.current.refresh(), "what people say is followed without a new day"
    event = desk.api.get(f"/events/{alert['events'][0]}").json()["event"]
    assert event["end"] is None, "it goes on until its verdict was written, which is later than all readings"
    operation.days(range(1, 3))
    desk.current.refresh()
    back = desk.api.call("DELETE", path, params={"alert_id": alert["alert_id"]})
    assert back.json()["alert"]["state"] == "in_review"
    desk.current.refresh()
    operation.run(2, again=True)
    other = Operation(
        operation.film, Path(str(operation.settings.store.address).removeprefix("sqlite:///")).parent / "b"
    )
    other.days(range(3))
    assert {n: a.facts for n, a in operation.alerts().items()} == {n: a.facts for n, a in other.alerts().items()}
    other.close()


def test_a_decision_is_a_verdict_on_every_event_inside_until_it_is_reopened(desk: Desk) -> None:
    alert = desk.alerts(client_id="8")[0]
    confirmed = desk.patch(alert, state="confirmed", reason_code="meter", note="acta").json()["alert"]
    verdicts = desk.one(alert)["verdicts"]
    assert {each["verdict"] for each in verdicts} == {"confirmed"}
    assert len(verdicts) == len(alert["events"])
    closed = desk.patch(confirmed, state="closed").json()["alert"]
    desk.patch(closed, state="in_review", note="error")
    assert desk.one(alert)["verdicts"] == []


def test_the_site_log_is_kept_and_entries_can_be_taken_back(desk: Desk) -> None:
    start = (FIRST + pd.Timedelta(days=5)).isoformat()
    made = desk.api.post("/clients/8/site-log", {"start": start, "what": "parada de planta"})
    assert made.status_code == 201
    entry = made.json()["entry"]
    assert [each["what"] for each in desk.api.get("/clients/8/site-log").json()["items"]] == ["parada de planta"]
    assert desk.api.get("/clients/7/site-log").json()["items"] == []
    assert desk.api.call("DELETE", f"/clients/7/site-log/{entry['entry_id']}").status_code == 404
    assert desk.api.call("DELETE", f"/clients/8/site-log/{entry['entry_id']}").json()["items"] == []
    assert desk.api.call("DELETE", f"/clients/8/site-log/{entry['entry_id']}").status_code == 404
    end = (FIRST + pd.Timedelta(days=4)).isoformat()
    assert desk.api.post("/clients/8/site-log", {"start": start, "end": end, "what": "x"}).status_code == 422


def test_runs_are_told_with_their_steps(desk: Desk) -> None:
    assert desk.api.get("/runs/latest").json()["run"]["step"] == "digest"
    desk.operation.days(range(1, 3))
    page = desk.api.get("/runs", limit=2).json()
    assert len(page["items"]) == 2
    assert len(desk.api.get("/runs", before=page["next_before"]).json()["items"]) == 1


def test_what_comes_again_under_its_key_is_done_once_and_answered_as_before(desk: Desk) -> None:
    def post(path: str, body: object, key: str) -> httpx.Response:
        return desk.api.call("POST", path, json=body, headers={"Idempotency-Key": key})

    alert = desk.alerts()[0]
    asked = [{"alert_id": alert["alert_id"], "version": alert["version"]}]
    body = {"alerts": asked, "change": {"state": "in_review"}}
    first = post("/alerts/bulk", body, "one")
    assert first.json()["results"][0]["status"] == 200
    assert post("/alerts/bulk", body, "one").json()["results"] == first.json()["results"]
    assert post("/alerts/bulk", body, "two").json()["results"][0]["status"] == 412
    assert post("/alerts/bulk", {**body, "change": {"note": "x"}}, "one").status_code == 409
    missed = {"client_id": "8", "kind": "spike", "start": (FIRST - pd.Timedelta(days=50)).isoformat(), "note": "pico"}
    made = post("/alerts", missed, "three").json()["alert"]
    assert post("/alerts", missed, "three").json()["alert"] == made
    assert post("/alerts", missed, "four").status_code == 409
