"""What is asked of the service over a night whose clock shows 23:00 twice: no hour is lost, none told twice."""

from typing import Any

import pandas as pd
import pytest

from serving.forecasting.issue import issue
from serving.release.current import CurrentRelease
from serving.release.served import Served
from tests.serving.conftest import Caller, api_of
from tests.support.tiny_release import tiny_release
from vigia.config.sections.fetch import DemoParams
from vigia.config.settings import Serving

ZONE = "America/Santiago"
MIDNIGHT = pd.Timestamp("2024-04-06", tz=ZONE)
"""The data end at 16:00 of the day that has 25 hours."""
HOURS_OF_A_WEEK = 7 * 24 + 1


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> Served:
    demo = DemoParams(start="2022-10-07")
    made = tiny_release(tmp_path_factory.mktemp("autumn"), ("7",), "autumn", demo, zone=ZONE)
    current = CurrentRelease(Serving(fleet=made.fleet, releases=made.var, open=True))
    assert current.refresh()
    assert current.served is not None
    return current.served


@pytest.fixture(scope="module")
def asked(autumn: Served) -> Caller:
    return api_of(autumn)


def times(points: list[dict[str, Any]]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.to_datetime([point["timestamp"] for point in points], utc=True)).tz_convert(ZONE)


def test_a_forecast_has_each_coming_hour_once_and_days_are_their_sums(asked: Caller) -> None:
    whole = {"client_id": "7", "start": MIDNIGHT.isoformat(), "horizon_hours": HOURS_OF_A_WEEK - 17}
    body = asked.post("/forecast", whole).json()
    assert times(body["points"]).equals(
        pd.date_range(MIDNIGHT + pd.Timedelta(hours=17), periods=152, freq="h", unit="us")
    )
    by_hour = pd.Series([point["forecast_kwh"] for point in body["points"]], index=times(body["points"]))
    days = pd.Series([point["forecast_kwh"] for point in body["days"]], index=times(body["days"]))
    assert days.index.tolist() == [pd.Timestamp(f"2024-04-{day:02d}", tz=ZONE) for day in range(7, 13)]
    summed = by_hour.groupby(by_hour.index.strftime("%d")).sum()
    assert days.tolist() == pytest.approx(summed[1:].tolist())
    late = asked.post("/forecast", {**whole, "horizon_hours": HOURS_OF_A_WEEK - 16})
    assert (late.status_code, "at most the 169 of 7 days" in late.json()["detail"]) == (422, True)


def test_the_total_of_the_longer_day_is_of_its_25_hours(autumn: Served) -> None:
    issued = issue(autumn.clients["7"], "normal", 0.95, 2)
    assert issued.starts.tolist() == [0, 25, 49]
    assert issued.totals.tolist() == pytest.approx([issued.values[:25].sum(), issued.values[25:].sum()])


def test_coming_thresholds_have_each_hour_and_each_day_once(asked: Caller) -> None:
    span = {"client_id": "7", "start": MIDNIGHT.isoformat(), "end": pd.Timestamp("2024-04-09", tz=ZONE).isoformat()}
    hours = asked.post("/thresholds", {**span, "resolution": "hour"}).json()["points"]
    assert times(hours).equals(pd.date_range(MIDNIGHT, periods=73, freq="h", unit="us"))
    days = asked.post("/thresholds", {**span, "resolution": "day"}).json()["points"]
    assert times(days).tolist() == [pd.Timestamp(f"2024-04-{day:02d}", tz=ZONE) for day in (6, 7, 8)]


def test_posted_hours_are_scored_each_by_itself(asked: Caller, autumn: Served) -> None:
    stamps = pd.date_range(MIDNIGHT + pd.Timedelta(hours=17), periods=30, freq="h")
    readings = [{"timestamp": when.isoformat(), "active_energy_kwh": 1000.0 + n} for n, when in enumerate(stamps)]
    points = asked.post("/detect", {"client_id": "7", "readings": readings}).json()["points"]
    assert times(points).equals(stamps.as_unit("us"))
    assert [point["actual_kwh"] for point in points] == [1000.0 + n for n in range(30)]
    twice = [point["expected_kwh"] for point in points if point["timestamp"][:13] == "2024-04-06T23"]
    assert len(twice) == 2
    assert twice[0] == twice[1]
    assert twice[0] is not None


def test_a_clock_that_shows_an_hour_twice_may_end_the_readings(asked: Caller) -> None:
    stamps = pd.date_range(MIDNIGHT + pd.Timedelta(hours=17), periods=7, freq="h")
    readings = [{"timestamp": when.isoformat(), "active_energy_kwh": 1000.0} for when in stamps]
    body = asked.post("/forecast", {"client_id": "7", "readings": readings, "horizon_hours": 3}).json()
    assert body["issued_at"] == MIDNIGHT.isoformat()
    later = [*readings, {"timestamp": (stamps[-1] + stamps.freq).isoformat(), "active_energy_kwh": 1000.0}]
    body = asked.post("/forecast", {"client_id": "7", "readings": later, "horizon_hours": 3}).json()
    assert body["issued_at"] == body["points"][0]["timestamp"] == pd.Timestamp("2024-04-07", tz=ZONE).isoformat()
