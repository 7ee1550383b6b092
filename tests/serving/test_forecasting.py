"""Forecasts and thresholds."""

import numpy as np
import pandas as pd
import pytest

from serving.release.served import Served
from tests.serving.conftest import Caller, api_of, with_wide_bands
from tests.support.zone import at, hours_from
from vigia.models import predict_ahead


def test_a_forecast_begins_after_the_last_reading_and_says_what_the_model_says(api: Caller, served: Served) -> None:
    client = served.release.clients["7"]
    body = api.post("/forecast", {"client_id": "7", "horizon_hours": 31}).json()
    assert body["issued_at"] == at("2024-06-30T00:00:00")
    assert body["points"][0]["timestamp"] == at("2024-06-30T17:00:00")
    assert len(body["points"]) == 31
    day = client.measured.days - 1
    expected = predict_ahead(client.model, client.measured, day, 2).ravel()[17:48]
    assert [point["forecast_kwh"] for point in body["points"]] == pytest.approx(expected.tolist(), abs=1e-5)
    assert all(point["lower_kwh"] <= point["forecast_kwh"] <= point["upper_kwh"] for point in body["points"])
    assert [day["timestamp"] for day in body["days"]] == [at("2024-07-01T00:00:00")]


def test_what_should_be_is_above_what_will_be_while_a_cut_is_open(api: Caller) -> None:
    will = api.post("/forecast", {"client_id": "7"}).json()["points"]
    should = api.post("/forecast", {"client_id": "7", "basis": "normal"}).json()["points"]
    assert sum(p["expected_kwh"] for p in should) > 1.5 * sum(p["forecast_kwh"] for p in will)


def test_newer_readings_move_the_origin_of_a_forecast(api: Caller) -> None:
    stamps = hours_from("2024-06-30T17:00:00", 31)
    readings = [{"timestamp": when.isoformat(), "active_energy_kwh": 900.0} for when in stamps]
    body = api.post("/forecast", {"client_id": "7", "readings": readings}).json()
    assert body["issued_at"] == at("2024-07-02T00:00:00")


def test_wider_levels_have_wider_bands(api: Caller) -> None:
    widths = []
    for level in (0.9, 0.95, 0.99):
        points = api.post("/forecast", {"client_id": "8", "level": level}).json()["points"]
        widths.append(np.mean([p["upper_kwh"] - p["lower_kwh"] for p in points]))
    assert widths == sorted(widths)
    assert widths[0] < widths[2]


def test_thresholds_reach_from_the_stored_past_into_the_coming_days(api: Caller) -> None:
    span = {"start": at("2024-06-29T00:00:00"), "end": at("2024-07-02T00:00:00")}
    body = api.post("/thresholds", {"client_id": "8", **span}).json()
    assert len(body["points"]) == 72
    assert len({point["timestamp"] for point in body["points"]}) == 72
    assert 0.5 < body["measured_coverage"] <= 1
    days = api.post("/thresholds", {"client_id": "8", "resolution": "day", **span}).json()["points"]
    assert len(days) == 3


@pytest.mark.parametrize("basis", ["as_measured", "normal"])
def test_only_the_band_of_a_client_that_may_export_goes_below_zero(served: Served, basis: str) -> None:
    lowest, days = {}, {}
    for export in (False, True):
        answer = api_of(with_wide_bands(served, export)).post(
            "/forecast", {"client_id": "8", "basis": basis, "horizon_hours": 72}
        )
        lowest[export] = min(point["lower_kwh"] for point in answer.json()["points"])
        days[export] = min(point["lower_kwh"] for point in answer.json()["days"])
    assert lowest[False] == days[False] == 0
    assert lowest[True] < 0
    assert days[True] < 0


def test_the_same_holds_for_the_thresholds_of_coming_days(served: Served) -> None:
    span = {"start": at("2024-07-01T00:00:00"), "end": at("2024-07-03T00:00:00")}
    for resolution in ("hour", "day"):
        request = {"client_id": "8", "resolution": resolution, **span}
        lowest = [
            min(
                p["lower_kwh"]
                for p in api_of(with_wide_bands(served, export)).post("/thresholds", request).json()["points"]
            )
            for export in (False, True)
        ]
        assert lowest[0] == 0
        assert lowest[1] < 0


def test_the_band_is_the_one_that_was_asked_for(api: Caller, served: Served) -> None:
    thresholds = served.release.clients["8"].thresholds
    for level in (0.9, 0.95, 0.99):
        points = api.post("/forecast", {"client_id": "8", "level": level}).json()["points"]
        rows = thresholds[(thresholds["basis"] == "as_measured") & np.isclose(thresholds["level"], level)]
        last = rows[(rows["valid_from"] == rows["valid_from"].max()) & (rows["resolution"] == "hour")]
        offsets = {
            (int(row["horizon_day"]), hour): row["upper_offset"] * row["scale"]
            for row in last.to_dict("records")
            for hour in range(int(str(row["hour_group"]).split("-")[0]), int(str(row["hour_group"]).split("-")[1]) + 1)
        }
        for point in points:
            when = pd.Timestamp(point["timestamp"])
            ahead = 1 if when < pd.Timestamp(at("2024-07-01T00:00:00")) else 2
            assert point["upper_kwh"] == pytest.approx(
                max(0, point["forecast_kwh"] + offsets[ahead, when.hour]), abs=1e-5
            )


def test_a_day_that_was_only_posted_without_readings_is_forecast_from_its_midnight(api: Caller) -> None:
    stamps = hours_from("2024-06-30T17:00:00", 9)
    readings = [{"timestamp": w.isoformat(), "active_energy_kwh": None, "voltage_fa_v": 2400.0} for w in stamps]
    body = api.post("/forecast", {"client_id": "7", "readings": readings}).json()
    assert body["issued_at"] == body["points"][0]["timestamp"] == at("2024-07-01T00:00:00")
