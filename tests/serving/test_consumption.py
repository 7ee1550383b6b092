"""Series, profile and summary, held to a plain computation from the tables of the release."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from serving.clients.reduction import reduce_by_extremes
from serving.release.served import Served
from tests.serving.conftest import Caller
from tests.support.zone import at, hours_of

SPRING = {"start": at("2024-03-04T00:00:00"), "end": at("2024-05-07T00:00:00")}
AT_ODD_HOURS = {"start": at("2024-03-04T17:00:00"), "end": at("2024-03-08T05:00:00")}
AN_HOUR = {"start": at("2024-03-04T17:00:00"), "end": at("2024-03-04T18:00:00")}
SPANS = pytest.mark.parametrize("span", [SPRING, AT_ODD_HOURS, AN_HOUR], ids=["days", "hours of days", "an hour"])


def test_series_keep_every_peak_when_they_are_reduced(api: Caller, served: Served) -> None:
    readings = served.release.clients["8"].readings
    body = api.get("/clients/8/series", points=500).json()
    assert body["reduced"]
    assert len(body["timestamp"]) <= 700
    assert max(v for v in body["actual_kwh"] if v is not None) == pytest.approx(readings["active_energy_kwh"].max())
    assert min(v for v in body["actual_kwh"] if v is not None) == pytest.approx(readings["active_energy_kwh"].min())
    voltage = [v for v in body["voltage_fa_v"] if v is not None]
    assert max(voltage) == pytest.approx(readings["voltage_fa_v"].max())
    assert any(body["is_anomaly"])


def test_a_short_time_is_whole_and_its_days_add_up(api: Caller) -> None:
    span = {"start": at("2024-05-01T00:00:00"), "end": at("2024-05-08T00:00:00")}
    hours = api.get("/clients/8/series", **span).json()
    days = api.get("/clients/8/series", resolution="day", **span).json()
    assert (len(hours["timestamp"]), len(days["timestamp"])) == (168, 7)
    assert hours["timestamp"][0] == at("2024-05-01T00:00:00")
    assert sum(hours["actual_kwh"]) == pytest.approx(sum(days["actual_kwh"]))
    profile = api.get("/clients/8/profile", **span).json()
    assert profile["total_kwh"] == pytest.approx(sum(hours["actual_kwh"]))
    summary = {row["client_id"]: row for row in api.get("/summary", **span).json()["clients"]}
    assert summary["8"]["total_kwh"] == pytest.approx(profile["total_kwh"])


@settings(deadline=None, derandomize=True, database=None, max_examples=60)
@given(
    values=arrays.arrays(float, (3, 400), elements=st.floats(-1e6, 1e6) | st.just(float("nan"))),
    first=st.integers(0, 399),
    points=st.integers(8, 120),
)
def test_no_peak_dip_or_flag_of_any_bucket_is_lost(values: np.ndarray, first: int, points: int) -> None:
    flags = np.zeros(400, dtype=bool)
    flags[first : first + 2] = True
    kept = reduce_by_extremes(list(values), flags, points)
    assert len(kept) <= 1.5 * points + 9
    assert flags[kept].any()
    assert {0, 399} <= set(kept.tolist())
    known = sum(bool(np.isfinite(column).any()) for column in values)
    size = -(-400 // max(1, points // (2 * known + 2)))
    for column in values:
        for start in range(0, 400, size):
            bucket, left = column[start : start + size], column[kept[(kept >= start) & (kept < start + size)]]
            if np.isfinite(bucket).any():
                assert (np.nanmax(left), np.nanmin(left)) == (np.nanmax(bucket), np.nanmin(bucket))


def local(served: Served, client: str, span: dict[str, str]) -> pd.DataFrame:
    """Readings of a time with local hours, as the table has them."""
    readings = served.release.clients[client].readings
    inside = readings["timestamp"].between(pd.Timestamp(span["start"]), pd.Timestamp(span["end"]), inclusive="left")
    return readings[inside].assign(
        hour=readings["timestamp"].dt.hour,
        weekday=readings["timestamp"].dt.day_of_week,
        day=readings["timestamp"].dt.strftime("%Y-%m-%d"),
    )


def flagged(served: Served, client: str, stamps: pd.Series) -> int:
    """Hours of a time inside the active interval of a past-only consumption event."""
    events = served.release.events
    mine = events[
        (events["client_id"] == client) & (events["mode"] == "past_only") & (events["class"] == "consumption")
    ]
    parts = served.release.event_channels
    parts = parts[parts["event_id"].isin(mine["event_id"]) & (parts["channel"] == "active")]
    ends = parts["end"].fillna(pd.Timestamp("2100-01-01", tz="UTC"))
    return sum(bool(((parts["start"] <= when) & (when < ends)).any()) for when in stamps)


@SPANS
@pytest.mark.parametrize("client", ["1", "7", "8"])
def test_a_profile_says_what_the_readings_say(api: Caller, served: Served, client: str, span: dict[str, str]) -> None:
    body = api.get(f"/clients/{client}/profile", **span).json()
    rows = local(served, client, span)
    assert [len(row) for row in body["mean_by_weekday_and_hour_kwh"]] == 7 * [24]
    mean = rows.groupby(["weekday", "hour"])["active_energy_kwh"].mean()
    for (weekday, hour), value in mean.items():
        assert body["mean_by_weekday_and_hour_kwh"][weekday][hour] == pytest.approx(value, abs=1e-5)
    by_hour = rows.groupby("hour")["active_energy_kwh"].mean()
    bands = {hour: sum(by_hour.get((hour + step) % 24, 0.0) for step in range(4)) for hour in range(24)}
    best = max(bands, key=lambda hour: bands[hour])
    if len(by_hour) == 24:
        assert body["peak_band_start_hour"] == best
        assert body["peak_band_share"] == pytest.approx(bands[best] / by_hour.sum())
    assert body["total_kwh"] == pytest.approx(rows["active_energy_kwh"].sum())
    read = rows[rows["active_energy_kwh"].notna()]
    assert body["anomalous_hours"] == flagged(served, client, read["timestamp"])


@SPANS
def test_the_errors_of_a_profile_are_those_of_its_hours(api: Caller, span: dict[str, str]) -> None:
    body = api.get("/clients/8/profile", **span).json()
    rows = pd.DataFrame(api.get("/clients/8/series", points=20_000, **span).json()["timestamp"], columns=["timestamp"])
    columns = ("actual_kwh", "expected_kwh", "lower_kwh", "upper_kwh")
    series = api.get("/clients/8/series", points=20_000, **span).json()
    table = pd.DataFrame({name: series[name] for name in columns}).assign(day=rows["timestamp"].str[:10])
    days = table.dropna(subset=["actual_kwh", "expected_kwh"]).groupby("day")[["actual_kwh", "expected_kwh"]].sum()
    off = (days["actual_kwh"] - days["expected_kwh"]).abs()
    assert body["wape_day"] == pytest.approx(off.sum() / days["actual_kwh"].sum())
    assert body["mape_day"] == pytest.approx((off / days["actual_kwh"]).mean())
    inside = table["actual_kwh"].between(table["lower_kwh"], table["upper_kwh"])
    assert body["coverage_95"] == pytest.approx(inside[table[list(columns)].notna().all(axis=1)].mean(), abs=1e-3)


def test_a_time_without_readings_has_no_figures(api: Caller) -> None:
    body = api.get("/clients/8/profile", start=at("2010-01-01T00:00:00"), end=at("2010-02-01T00:00:00")).json()
    assert (body["total_kwh"], body["anomalous_hours"], body["months"]) == (0.0, 0, [])
    for name in ("peak_band_start_hour", "peak_band_share", "wape_day", "mape_day", "coverage_95"):
        assert body[name] is None


def test_the_months_of_a_profile_are_quantiles_of_whole_days(api: Caller, served: Served) -> None:
    rows = local(served, "1", SPRING)
    days = rows.groupby("day")["active_energy_kwh"].agg(["sum", "count"])
    whole = days.loc[days["count"] == [hours_of(day) for day in days.index], "sum"]
    boxes = api.get("/clients/1/profile", **SPRING).json()["months"]
    assert [box["month"] for box in boxes] == ["2024-03", "2024-04", "2024-05"]
    for box in boxes:
        month = whole[whole.index.str.startswith(box["month"])]
        figures = [box[name] for name in ("lowest", "lower_quartile", "median", "upper_quartile", "highest")]
        assert figures == pytest.approx(month.quantile([0, 0.25, 0.5, 0.75, 1]).tolist())


def test_a_summary_adds_up_by_client_and_sector_and_ranks(api: Caller, served: Served) -> None:
    body = api.get("/summary", **SPRING).json()
    totals, growth = {}, {}
    before = {side: (pd.Timestamp(when) - pd.Timedelta(days=364)).isoformat() for side, when in SPRING.items()}
    for client in served.clients:
        now, then = (local(served, client, span)["active_energy_kwh"].sum() for span in (SPRING, before))
        totals[client], growth[client] = now, (now - then) / then
    rows = body["clients"]
    assert [row["client_id"] for row in rows] == sorted(totals, key=lambda client: -totals[client])
    assert [row["rank"] for row in rows] == [1, 2, 3]
    for row in rows:
        assert row["total_kwh"] == pytest.approx(totals[row["client_id"]])
        assert row["growth_year"] == pytest.approx(growth[row["client_id"]])
        stamps = local(served, row["client_id"], SPRING)["timestamp"]
        assert row["anomalous_hours"] == flagged(served, row["client_id"], stamps)
    for sector in body["sectors"]:
        mine = [row for row in rows if row["sector"] == sector["sector"]]
        assert sector["clients"] == len(mine)
        for name in ("total_kwh", "anomalous_hours"):
            assert sector[name] == pytest.approx(sum(row[name] for row in mine))


def test_hours_that_were_not_read_are_no_anomalous_hours_of_a_profile(api: Caller) -> None:
    """The last day ends at 16:00, and the cut of client 7 is open."""
    last = api.get("/clients/7/profile", start=at("2024-06-30T00:00:00")).json()
    assert last["anomalous_hours"] == 17


def test_the_anomalous_hours_of_a_sector_are_those_of_all_its_clients(api: Caller) -> None:
    body = api.get("/summary").json()
    by_client = {row["client_id"]: row["anomalous_hours"] for row in body["clients"] if row["client_id"] in "78"}
    assert min(by_client.values()) > 0
    (mines,) = [sector for sector in body["sectors"] if sector["clients"] == 2]
    assert mines["anomalous_hours"] == sum(by_client.values())


def test_a_sector_is_summed_alone(api: Caller, served: Served) -> None:
    sector = served.clients["7"].sector
    rows = api.get("/summary", sector=sector, **SPRING).json()["clients"]
    assert {row["client_id"] for row in rows} == {n for n, client in served.clients.items() if client.sector == sector}


@pytest.mark.parametrize("path", ["/clients/8/profile", "/clients/8/series"])
def test_a_time_without_readings_is_empty_and_no_error(api: Caller, path: str) -> None:
    for span in (
        {"start": "2190-01-01T00:00:00Z"},
        {"end": "1971-01-01T00:00:00Z"},
        {"start": "2024-05-01T00:00:00Z", "end": "2024-04-01T00:00:00Z"},
    ):
        body: dict[str, Any] = api.get(path, **span).json()
        assert not body.get("timestamp")
        assert not body.get("months")
