"""The API as a client meets it, without a process."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from serving.api import create_api
from serving.store import Store
from tests.serving.conftest import Caller
from vigia.config.settings import Serving
from vigia.models import predict_ahead
from vigia.release.layout import SCHEMA


def test_every_answer_names_release_and_freshness(api: Caller, store: Store) -> None:
    assert store.release is not None
    for path in ("/health", "/clients", "/clients/7", "/clients/7/series", "/clients/7/profile", "/summary", "/events"):
        body = api.get(path).json()
        assert body["release"] == store.release.digest, path
        assert body["data_until"] == "2024-06-30T16:00:00-05:00", path


def test_the_client_with_an_open_critical_event_has_the_red_alert(api: Caller) -> None:
    rows = {row["client_id"]: row for row in api.get("/clients").json()["items"]}
    assert rows["7"]["alert"]
    assert rows["7"]["open_events"] >= 1
    assert [row["client_id"] for row in api.get("/clients", q="cliente 8").json()["items"]] == ["8"]
    by_energy = api.get("/clients", sort="energy").json()["items"]
    assert by_energy[0]["energy_at_stake_kwh"] == max(row["energy_at_stake_kwh"] or 0 for row in rows.values())


def test_series_keep_every_peak_when_they_are_reduced(api: Caller, store: Store) -> None:
    assert store.release is not None
    readings = store.release.clients["8"].readings
    body = api.get("/clients/8/series", points=500).json()
    assert body["reduced"]
    assert len(body["timestamp"]) <= 700
    assert max(v for v in body["actual_kwh"] if v is not None) == pytest.approx(readings["active_energy_kwh"].max())
    assert min(v for v in body["actual_kwh"] if v is not None) == pytest.approx(readings["active_energy_kwh"].min())
    voltage = [v for v in body["voltage_fa_v"] if v is not None]
    assert max(voltage) == pytest.approx(readings["voltage_fa_v"].max())
    assert any(body["is_anomaly"])


def test_a_short_time_is_whole_and_its_days_add_up(api: Caller) -> None:
    span = {"start": "2024-05-01T00:00:00-05:00", "end": "2024-05-08T00:00:00-05:00"}
    hours = api.get("/clients/8/series", **span).json()
    days = api.get("/clients/8/series", resolution="day", **span).json()
    assert (len(hours["timestamp"]), len(days["timestamp"])) == (168, 7)
    assert hours["timestamp"][0] == "2024-05-01T00:00:00-05:00"
    assert sum(hours["actual_kwh"]) == pytest.approx(sum(days["actual_kwh"]))
    profile = api.get("/clients/8/profile", **span).json()
    assert profile["total_kwh"] == pytest.approx(sum(hours["actual_kwh"]))
    summary = {row["client_id"]: row for row in api.get("/summary", **span).json()["clients"]}
    assert summary["8"]["total_kwh"] == pytest.approx(profile["total_kwh"])


def test_a_forecast_begins_after_the_last_reading_and_says_what_the_model_says(api: Caller, store: Store) -> None:
    assert store.release is not None
    client = store.release.clients["7"]
    body = api.post("/forecast", {"client_id": "7", "horizon_hours": 31}).json()
    assert body["issued_at"] == "2024-06-30T00:00:00-05:00"
    assert body["points"][0]["timestamp"] == "2024-06-30T17:00:00-05:00"
    assert len(body["points"]) == 31
    day = client.measured.days - 1
    expected = predict_ahead(client.model, client.measured, day, 2).ravel()[17:48]
    assert [point["forecast_kwh"] for point in body["points"]] == pytest.approx(expected.tolist(), abs=1e-5)
    assert all(point["lower_kwh"] <= point["forecast_kwh"] <= point["upper_kwh"] for point in body["points"])
    assert [day["timestamp"] for day in body["days"]] == ["2024-07-01T00:00:00-05:00"]


def test_what_should_be_is_above_what_will_be_while_a_cut_is_open(api: Caller) -> None:
    will = api.post("/forecast", {"client_id": "7"}).json()["points"]
    should = api.post("/forecast", {"client_id": "7", "basis": "normal"}).json()["points"]
    assert sum(p["expected_kwh"] for p in should) > 1.5 * sum(p["forecast_kwh"] for p in will)


def test_newer_readings_move_the_origin_of_a_forecast(api: Caller) -> None:
    stamps = pd.date_range("2024-06-30T17:00:00-05:00", periods=31, freq="h")
    readings = [{"timestamp": when.isoformat(), "active_energy_kwh": 900.0} for when in stamps]
    body = api.post("/forecast", {"client_id": "7", "readings": readings}).json()
    assert body["issued_at"] == "2024-07-02T00:00:00-05:00"


def test_wider_levels_have_wider_bands(api: Caller) -> None:
    widths = []
    for level in (0.9, 0.95, 0.99):
        points = api.post("/forecast", {"client_id": "8", "level": level}).json()["points"]
        widths.append(np.mean([p["upper_kwh"] - p["lower_kwh"] for p in points]))
    assert widths == sorted(widths)
    assert widths[0] < widths[2]


def test_thresholds_reach_from_the_stored_past_into_the_coming_days(api: Caller) -> None:
    span = {"start": "2024-06-29T00:00:00-05:00", "end": "2024-07-02T00:00:00-05:00"}
    body = api.post("/thresholds", {"client_id": "8", **span}).json()
    assert len(body["points"]) == 72
    assert len({point["timestamp"] for point in body["points"]}) == 72
    assert 0.5 < body["measured_coverage"] <= 1
    days = api.post("/thresholds", {"client_id": "8", "resolution": "day", **span}).json()["points"]
    assert len(days) == 3


def posted(hours: int, value: float) -> list[dict[str, Any]]:
    stamps = pd.date_range("2024-06-30T17:00:00-05:00", periods=hours, freq="h")
    volts = {"voltage_fa_v": 2400.0, "voltage_fc_v": 2400.0, "reactive_energy_kvarh": 5.0}
    return [{"timestamp": when.isoformat(), "active_energy_kwh": value, **volts} for when in stamps]


def test_posted_readings_of_a_dead_meter_are_an_event(api: Caller) -> None:
    body = api.post("/detect", {"client_id": "8", "readings": posted(72, 0.0)}).json()
    assert body["engine"] == "model"
    assert sum(point["is_anomaly"] for point in body["points"]) > 60
    assert any("active" in event["channels"] and event["end"] is None for event in body["events"])


def test_an_unknown_client_is_scored_without_a_model_from_28_days_on(api: Caller) -> None:
    short = api.post("/detect", {"client_id": "new", "readings": posted(100, 5.0)})
    assert short.status_code == 422
    assert "28 days" in short.json()["detail"]
    stamps = pd.date_range("2024-01-01T00:00:00-05:00", periods=24 * 60, freq="h")
    values = np.where(np.arange(len(stamps)) >= 24 * 45, 20.0, 100.0) + np.sin(np.arange(len(stamps)) / 24 * 2 * np.pi)
    readings = [
        {"timestamp": s.isoformat(), "active_energy_kwh": float(v)} for s, v in zip(stamps, values, strict=True)
    ]
    body = api.post("/detect", {"client_id": "new", "readings": readings}).json()
    assert (body["engine"], body["model"]) == ("model_free", None)
    assert [event["kind"] for event in body["events"]] == ["level_down"]


def test_more_accepted_false_alarms_see_a_smaller_fall(api: Caller) -> None:
    stamps = pd.date_range("2024-01-01T00:00:00-05:00", periods=24 * 60, freq="h")
    values = np.where(np.arange(len(stamps)) >= 24 * 56, 78.0, 100.0) + np.sin(np.arange(len(stamps)) / 24 * 2 * np.pi)
    readings = [
        {"timestamp": s.isoformat(), "active_energy_kwh": float(v)} for s, v in zip(stamps, values, strict=True)
    ]
    request = {"client_id": "new", "readings": readings}
    kinds = [
        [event["kind"] for event in api.post("/detect", {**request, **rate}).json()["events"]]
        for rate in ({}, {"false_alarms_per_month": 2.0})
    ]
    assert kinds == [[], ["level_down"]]


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


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/clients/99", 404, "no client 99"),
        ("/events/none", 404, "no event none"),
        ("/nowhere", 404, "Not Found"),
        ("/events?severity=huge", 422, "query.severity"),
        ("/events?limit=501", 422, "query.limit"),
        ("/events?cursor=zzz", 422, "cursor"),
        ("/clients/7/series?start=2024-01-01", 422, "query.start"),
    ],
)
def test_a_bad_question_gets_a_problem_document(api: Caller, path: str, status: int, words: str) -> None:
    answer = api.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/forecast", {"client_id": "7", "horizon": 3}, "body.horizon"),
        ("/forecast", {"client_id": "7", "level": 0.5}, "body.level"),
        ("/forecast", {"client_id": "7", "start": "2024-06-30T00:00:00"}, "body.start"),
        ("/forecast", {"client_id": "7", "start": "2024-08-30T00:00:00-05:00"}, "horizon_hours"),
        ("/thresholds", {"client_id": "7", "start": "2024-06-02T00:00:00Z", "end": "2024-06-01T00:00:00Z"}, "end"),
        ("/detect", {"client_id": "7", "readings": []}, "body.readings"),
        ("/detect", {"client_id": "7", "readings": posted(1, 1.0) * 2}, "readings"),
    ],
)
def test_a_bad_body_names_its_field(api: Caller, path: str, body: object, field: str) -> None:
    answer = api.post(path, body)
    assert answer.status_code == 422
    assert field in answer.json()["detail"]


def test_a_body_that_is_too_large_is_refused_unread(api: Caller) -> None:
    answer = api.post("/detect", {"client_id": "7" * 9_000_000, "readings": []})
    assert answer.status_code == 413


def test_without_a_release_every_route_says_503(tmp_path: Any) -> None:
    api = Caller(create_api(Store(Serving(fleet="none", releases=tmp_path))))
    for path in ("/health", "/clients", "/events"):
        assert api.get(path).status_code == 503


def test_a_damaged_release_is_not_served_and_the_old_one_stays(store: Store, tmp_path: Any) -> None:
    other = Store(Serving(fleet="broken", releases=tmp_path))
    target = tmp_path / "broken" / "releases" / "abc"
    target.mkdir(parents=True)
    (target / "manifest.json").write_text(json.dumps({"schema": SCHEMA, "digest": "abc", "files": {"x": "y"}}))
    (target.parent / "current").symlink_to("abc")
    other.release = store.release
    assert not other.refresh()
    assert other.release is store.release
    assert "missing or changed" in other.error


def test_the_description_names_every_route_of_the_public_api(api: Caller) -> None:
    paths = set(api.get("/openapi.json").json()["paths"])
    assert {"/health", "/clients", "/clients/{client_id}/series", "/clients/{client_id}/profile", "/summary"} <= paths
    assert {
        "/forecast",
        "/thresholds",
        "/detect",
        "/events",
        "/events/{event_id}",
        "/clients/{client_id}/card",
    } <= paths
    page = api.get("/docs").text
    assert "https://" not in page
