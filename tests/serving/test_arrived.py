"""Readings that are posted to be kept, and all answers that follow them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from serving.api import create_api
from serving.release.current import CurrentRelease
from tests.serving.conftest import Caller
from tests.support.tiny_release import TinyRelease
from tests.support.zone import at, hours_from
from vigia.config.settings import Serving
from vigia.store import Database, migrated

LAST = "2024-06-30T17:00:00"
"""The first hour that the release does not have."""
FOLLOWING = (
    ("/clients/8/series", {"resolution": "hour", "start": at("2024-06-01T00:00:00"), "points": 5_000}),
    ("/clients/8/series", {"resolution": "day", "points": 5_000}),
    ("/clients/8/profile", {}),
    ("/clients/8", {}),
    ("/clients", {}),
    ("/summary", {}),
    ("/events", {"client_id": "8", "limit": 500}),
)


def hours(count: int, level: float = 1.0, first: int = 0) -> list[dict[str, Any]]:
    """Readings of some hours after the release: its usual day, times a level."""
    stamps = list(hours_from(LAST, first + count))[first:]
    shape = 100.0 + 30.0 * np.sin(np.array([when.hour for when in stamps]) / 24 * 2 * np.pi)
    return [
        {
            "timestamp": when.isoformat(),
            "active_energy_kwh": round(float(value) * level, 3),
            "reactive_energy_kvarh": 5.0,
            "voltage_fa_v": 2400.0,
            "voltage_fc_v": 2400.0,
        }
        for when, value in zip(stamps, shape, strict=True)
    ]


class Operated:
    """The service with a store of its own."""

    def __init__(self, tiny: TinyRelease, folder: Path) -> None:
        self.database = migrated(Database(f"sqlite:///{folder / 'vigia.db'}"))
        self.current = CurrentRelease(
            Serving(fleet=tiny.fleet, releases=tiny.var, open=True), store=lambda: self.database
        )
        assert self.current.refresh()
        self.api = Caller(create_api(self.current))

    def post(self, readings: list[dict[str, Any]], client: str = "8", key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        body = {"client_id": client, "readings": readings}
        return self.api.call("POST", "/readings", json=body, headers=headers)

    def answers(self) -> list[Any]:
        found = [self.api.get(path, **query).json() for path, query in FOLLOWING]
        return [*found, self.forecast()]

    def forecast(self) -> Any:
        return self.api.post("/forecast", {"client_id": "8"}).json()


@pytest.fixture
def operated(tiny: TinyRelease, tmp_path: Path) -> Iterator[Operated]:
    found = Operated(tiny, tmp_path)
    yield found
    found.database.close()


def test_every_answer_follows_readings_that_came_and_the_release_stays(operated: Operated, tiny: TinyRelease) -> None:
    before = operated.answers()
    posted = operated.post(hours(24 * 9 + 7, level=0.0)).json()
    assert (posted["read"], posted["accepted"], posted["in_release"]) == (24 * 9 + 7, 24 * 9 + 7, True)
    assert operated.current.refresh()
    after = operated.answers()
    assert all(a != b for a, b in zip(before, after, strict=True))
    assert {each["release"] for each in after} == {tiny.digest}
    assert {each["data_until"] for each in after} == {at("2024-07-09T23:00:00")}
    series, events, forecast = after[0], after[6], after[7]
    assert series["actual_kwh"][-3:] == [0.0, 0.0, 0.0]
    assert all(value is not None for value in series["expected_kwh"][-24:])
    assert all(value is not None for value in series["upper_kwh"][-24:])
    assert sum(series["is_anomaly"][-24 * 5 :]) == 24 * 5
    assert any(event["end"] is None and event["start"] >= "2024-06-30" for event in events["items"])
    assert forecast["issued_at"] == at("2024-07-10T00:00:00")
    assert operated.api.get("/clients/1/series").json()["timestamp"][-1] < "2024-07"


def test_readings_in_pieces_out_of_order_and_corrected_give_what_they_give_at_once(
    operated: Operated, tiny: TinyRelease, tmp_path: Path
) -> None:
    whole, (first, second) = hours(24 * 12, level=0.4), (hours(100, level=0.4), hours(188, 0.4, first=100))
    wrong = [{**reading, "active_energy_kwh": 7.0} for reading in first[:30]]
    for piece in (wrong, second, first):
        assert operated.post(piece).status_code == 200
        operated.current.refresh()
    other = Operated(tiny, tmp_path / "other")
    other.post(whole)
    other.current.refresh()
    assert operated.answers() == other.answers()
    other.database.close()


def test_what_came_is_there_again_after_a_start(operated: Operated) -> None:
    operated.post(hours(40))
    operated.current.refresh()
    before = operated.answers()
    again = CurrentRelease(operated.current.settings, store=lambda: operated.database)
    again.refresh()
    operated.api = Caller(create_api(again))
    assert operated.answers() == before


def test_the_same_post_under_one_key_counts_once_and_another_one_is_a_conflict(operated: Operated) -> None:
    first = operated.post(hours(24), key="day 1").json()
    again = operated.post(hours(24), key="day 1").json()
    assert (again["batch"], again["again"], again["accepted"]) == (first["batch"], True, 24)
    other = operated.post(hours(23), key="day 1")
    assert (other.status_code, other.json()["title"]) == (409, "Conflict")
    assert operated.post(hours(24)).json()["duplicate"] == 24
    assert operated.api.get("/readings/batches").json()["items"][0]["duplicate"] == 24


def test_bad_readings_are_named_with_their_reason_and_the_others_are_kept(operated: Operated) -> None:
    good, empty = hours(4), {"timestamp": at("2024-07-01T03:00:00"), "active_energy_kwh": None}
    odd = {**good[0], "timestamp": at("2024-07-01T05:30:00")}
    future = {**good[0], "timestamp": at("2190-07-01T05:00:00")}
    body = operated.post([good[0], odd, good[1], good[0], empty, future, *good[2:]]).json()
    assert (body["read"], body["accepted"], body["rejected"]) == (8, 4, 4)
    assert [(each["position"], each["reason"][:20]) for each in body["rejected_readings"]] == [
        (1, "not the start of a w"),
        (3, "this hour stands ear"),
        (4, "every value is null"),
        (5, "this hour has not en"),
    ]
    told = operated.api.get(f"/readings/batches/{body['batch']}").json()
    assert told["rejected_readings"][0]["raw"]["active_energy_kwh"] == odd["active_energy_kwh"]
    assert operated.api.get("/readings/batches/999").status_code == 404


def test_a_client_that_the_release_does_not_have_is_kept_for_the_next_one(operated: Operated) -> None:
    body = operated.post(hours(3), client="new").json()
    assert (body["accepted"], body["in_release"]) == (3, False)
    assert not operated.current.refresh()
    assert operated.api.get("/clients/new").status_code == 404


def test_an_hour_of_another_decade_is_kept_and_costs_no_decades(operated: Operated) -> None:
    old = {**hours(1)[0], "timestamp": at("1971-07-01T05:00:00")}
    assert operated.post([old, *hours(30)]).json()["accepted"] == 31
    operated.current.refresh()
    series = operated.api.get("/clients/8/series", resolution="day", points=5_000).json()
    assert series["timestamp"][0] > "2022"
    assert series["timestamp"][-1] == at("2024-07-01T00:00:00")


def test_batches_come_in_pages_the_latest_first(operated: Operated) -> None:
    numbers = [operated.post(hours(1, first=hour)).json()["batch"] for hour in range(5)]
    page = operated.api.get("/readings/batches", limit=3).json()
    rest = operated.api.get("/readings/batches", limit=3, before=page["next_before"]).json()
    assert [each["batch"] for each in page["items"] + rest["items"]] == numbers[::-1]
    assert rest["next_before"] is None


def test_a_store_that_is_away_leaves_the_release_served_and_is_said(tiny: TinyRelease) -> None:
    away = Database("postgresql://vigia@127.0.0.1:1/vigia?connect_timeout=2")
    current = CurrentRelease(Serving(fleet=tiny.fleet, releases=tiny.var, open=True), store=lambda: migrated(away))
    current.refresh()
    api = Caller(create_api(current))
    health = api.get("/health").json()
    assert health["status"] == "degraded"
    assert "what arrived cannot be taken in" in health["error"]
    assert api.get("/clients/8/series").status_code == 200
    refused = api.post("/readings", {"client_id": "8", "readings": hours(1)})
    assert refused.status_code == 503


def meter_file(*values: float, first: int = 17) -> bytes:
    lines = [f"2024-06-30 {first + hour:02d}:00:00,{value},1.0,2400,2399" for hour, value in enumerate(values)]
    return "\n".join(["Fecha,Active_energy,Reactive_energy,Voltaje_FA,Voltaje_FC", *lines]).encode()


def upload(operated: Operated, name: str, content: bytes, **fields: str) -> Any:
    return operated.api.call("POST", "/readings/files", files={"file": (name, content)}, data=fields)


def test_a_meter_file_is_recorded_as_the_stage_would_read_it(operated: Operated) -> None:
    content = meter_file(1.0, 2.0, 3.0) + b"\n2024-06-30 99:00:00,1,1,1,1"
    asked = upload(operated, "DATOSCLIENTE8.csv", content, dry_run="true").json()
    assert (asked["dry_run"], asked["accepted"], asked["rejected"], asked["batch"]) == (True, 3, 1, None)
    assert asked["look"] == {"changes": {}, "questions": []}
    assert operated.api.get("/readings/batches").json()["items"] == []
    body = upload(operated, "DATOSCLIENTE8.csv", content).json()
    assert (body["clients"], body["accepted"], body["rejected"], body["source"]) == (["8"], 3, 1, "upload")
    assert body["rejected_readings"][0]["position"] == 5
    assert upload(operated, "DATOSCLIENTE8.csv", content, dry_run="true").json()["duplicate"] == 3
    operated.current.refresh()
    assert operated.api.get("/clients/8/series").json()["actual_kwh"][-3:] != [1.0, 2.0, 3.0]
    start = {"start": at("2024-06-30T17:00:00"), "resolution": "hour"}
    assert operated.api.get("/clients/8/series", **start).json()["actual_kwh"][:3] == [1.0, 2.0, 3.0]


def test_a_file_that_the_mapping_does_not_read_is_refused_and_a_dry_run_says_what_would_read_it(
    operated: Operated,
) -> None:
    content = meter_file(*range(1, 7)).replace(b"Fecha,Active_energy", b"Momento,Consumo kWh")
    refused = upload(operated, "8.csv", content)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "body.file"
    look = upload(operated, "8.csv", content, dry_run="true").json()
    assert (look["read"], look["accepted"]) == (0, 0)
    assert look["look"]["changes"]["columns"] == {"timestamp": "Momento", "active": "Consumo kWh"}
    assert operated.api.get("/readings/batches").json()["items"] == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"files": {"other": ("8.csv", b"x")}}, "body.other"),
        ({"files": {"file": ("8.csv", b"x")}, "data": {"dry_run": "yes"}}, "body.dry_run"),
        ({"files": {"file": ("..", b"x")}}, "body.file"),
        ({"content": b"nothing", "headers": {"content-type": "multipart/form-data; boundary=x"}}, "body"),
        ({"content": b"nothing", "headers": {"content-type": "multipart/form-data"}}, "body"),
    ],
)
def test_a_form_of_another_kind_is_refused_by_its_field(operated: Operated, more: dict[str, Any], field: str) -> None:
    answer = operated.api.call("POST", "/readings/files", **more)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"].startswith(field)


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_page_of_elsewhere_cannot_write(operated: Operated, headers: dict[str, str]) -> None:
    files = {"file": ("DATOSCLIENTE8.csv", meter_file(1.0))}
    answer = operated.api.call("POST", "/readings/files", files=files, headers=headers)
    assert answer.status_code == 403
    assert operated.api.get("/readings/batches").json()["items"] == []


@pytest.mark.parametrize("client", [" ", "a\x00b", "x" * 256])
def test_a_client_without_a_name_that_can_be_kept_is_refused(operated: Operated, client: str) -> None:
    refused = operated.post(hours(1), client=client)
    assert refused.json()["errors"][0]["field"] == "body.client_id"


def test_what_is_no_form_is_said_to_be_none(operated: Operated) -> None:
    assert operated.api.call("POST", "/readings/files", json={}).status_code == 415
