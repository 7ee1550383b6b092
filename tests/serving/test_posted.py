"""Posted readings and what is found in them."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from serving.bodies.posted import DetectRequest, Reading
from serving.posted.readings import REACH, frame_of
from serving.problems import FieldError
from serving.release.served import Served
from tests.serving.conftest import Caller, api_of, with_wide_bands
from tests.support.zone import at, hours_from


def posted(hours: int, value: float) -> list[dict[str, Any]]:
    stamps = hours_from("2024-06-30T17:00:00", hours)
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
    stamps = hours_from("2024-01-01T00:00:00", 24 * 60)
    values = np.where(np.arange(len(stamps)) >= 24 * 45, 20.0, 100.0) + np.sin(np.arange(len(stamps)) / 24 * 2 * np.pi)
    readings = [
        {"timestamp": s.isoformat(), "active_energy_kwh": float(v)} for s, v in zip(stamps, values, strict=True)
    ]
    body = api.post("/detect", {"client_id": "new", "readings": readings}).json()
    assert (body["engine"], body["model"]) == ("model_free", None)
    assert [event["kind"] for event in body["events"]] == ["level_down"]


def test_more_accepted_false_alarms_see_a_smaller_fall(api: Caller) -> None:
    stamps = hours_from("2024-01-01T00:00:00", 24 * 60)
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


@pytest.mark.parametrize("export", [False, True])
def test_only_a_client_that_may_export_is_expected_below_zero(served: Served, export: bool) -> None:
    body = {"client_id": "8", "readings": posted(24, 300.0)}
    points = api_of(with_wide_bands(served, export)).post("/detect", body).json()["points"]
    lowest = min(point["lower_kwh"] for point in points)
    assert lowest < 0 if export else lowest == 0


def test_a_null_is_a_reading_that_is_missing(api: Caller) -> None:
    readings = posted(30, 300.0)
    readings[3]["active_energy_kwh"] = None
    body = api.post("/detect", {"client_id": "8", "readings": readings}).json()
    assert body["points"][3]["actual_kwh"] is None
    assert body["points"][3]["expected_kwh"] > 0
    assert [point["actual_kwh"] for point in body["points"]].count(300.0) == 29


@pytest.mark.parametrize("client", ["8", "new"])
@pytest.mark.parametrize("path", ["/detect", "/forecast"])
def test_nothing_but_nulls_is_refused_in_a_sentence(api: Caller, path: str, client: str) -> None:
    if (path, client) == ("/forecast", "new"):
        return
    nulls = [{"timestamp": row["timestamp"], "active_energy_kwh": None} for row in posted(24 * 30, 0.0)]
    for readings in (nulls, nulls[:1]):
        answer = api.post(path, {"client_id": client, "readings": readings})
        assert answer.status_code == 422
        assert "null" in answer.json()["detail"]


def test_readings_before_the_model_can_speak_are_judged_without_an_expectation(api: Caller) -> None:
    first = [{"timestamp": at("2023-01-01T05:00:00"), "active_energy_kwh": 3.0}]
    (point,) = api.post("/detect", {"client_id": "8", "readings": first}).json()["points"]
    assert (point["actual_kwh"], point["is_anomaly"]) == (3.0, False)


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ([at("2024-07-01T00:00:30")], "whole hours"),
        ([at("2024-07-01T00:30:00")], "whole hours"),
        ([at("2024-07-01T00:00:00"), at("2024-07-01T00:00:00", "UTC")], "more than once"),
        ([at("2030-07-01T00:00:00")], "days from the readings of client 8"),
        ([at("1990-07-01T00:00:00")], "days from the readings of client 8"),
        ([at("1990-07-01T00:00:00"), at("2024-07-01T00:00:00")], "days at a time"),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/detect", "/forecast"])
def test_times_that_make_no_history_are_refused(api: Caller, path: str, times: list[str], words: str) -> None:
    readings = [{"timestamp": when, "active_energy_kwh": 1.0} for when in times]
    answer = api.post(path, {"client_id": "8", "readings": readings})
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    (error,) = answer.json()["errors"]
    assert error["field"] == (
        "body.readings" if words == "days at a time" else f"body.readings.{len(times) - 1}.timestamp"
    )


def readings_at(*times: pd.Timestamp) -> list[Reading]:
    return [Reading.model_validate({"timestamp": when.isoformat(), "active_energy_kwh": 1.0}) for when in times]


def test_posted_hours_may_lie_as_far_away_as_the_longest_list_and_no_further(served: Served) -> None:
    stored = served.clients["8"].stored.readings["timestamp"]
    for edge, outwards in ((stored.iloc[0], -1), (stored.iloc[-1], 1)):
        furthest = edge + outwards * REACH
        assert len(frame_of(readings_at(furthest), served, "8")) == 1
        with pytest.raises(FieldError, match="days from the readings of client 8"):
            frame_of(readings_at(furthest + outwards * pd.Timedelta(hours=1)), served, "8")


def test_posted_hours_are_put_in_order_and_may_span_as_much_as_the_longest_list(served: Served) -> None:
    first = pd.Timestamp(at("2024-01-01T00:00:00"))
    frame = frame_of(readings_at(first + REACH, first), served, "new")
    assert frame["timestamp"].tolist() == [first, first + REACH]
    assert frame.index.tolist() == [0, 1]
    with pytest.raises(FieldError, match="833 days at a time"):
        frame_of(readings_at(first + REACH, first - pd.Timedelta(hours=1)), served, "new")


def test_up_to_a_thousand_false_alarms_a_month_can_be_asked_for(served: Served) -> None:
    body = {"client_id": "new", "readings": posted(1, 1.0)}
    assert DetectRequest.model_validate({**body, "false_alarms_per_month": 1_000}).false_alarms_per_month == 1_000
    for rate in (0, 1_000.5):
        with pytest.raises(ValueError, match="false_alarms_per_month"):
            DetectRequest.model_validate({**body, "false_alarms_per_month": rate})
