"""A client in zones with clock changes, from its readings to tables and events: no hour is lost, none comes twice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vigia import frames
from vigia.backtest.task import Task, run_task
from vigia.calibrate import calibrate_client
from vigia.config import Params
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.engine import find
from vigia.detection.series import Series
from vigia.frames import CHANNEL_COLUMNS
from vigia.models.history import DailyHistory
from vigia.scanning.client import scan_client
from vigia.train import ClientData

ZONES = ("America/Santiago", "America/Havana", "Europe/Madrid")
FIRST, LAST = "2023-06-20", "2024-04-20"
"""Spring and autumn of both halves of the earth are between them."""


def client(zone: str, seed: int = 3) -> pd.DataFrame:
    """Table `readings`: a daily shape by the local clock, in all channels."""
    stamps = pd.date_range(FIRST, LAST, freq="h", tz=zone, unit="us", inclusive="left")
    rng = np.random.default_rng(seed)
    load = 100 * (2 + np.sin(2 * np.pi * (stamps.hour - 8) / 24)) * (1 + 0.05 * rng.standard_normal(len(stamps)))
    volts = 2400 * (1 + 0.004 * rng.standard_normal((2, len(stamps))))
    values = dict(zip(CHANNEL_COLUMNS.values(), (load, 0.3 * load, *volts), strict=True))
    return frames.check("readings", pd.DataFrame({"client_id": "7", "timestamp": stamps, **values}))


@pytest.fixture(scope="module", params=ZONES)
def zone(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def readings(zone: str) -> pd.DataFrame:
    return client(zone)


def test_a_history_keeps_every_kilowatt_hour_of_every_day(readings: pd.DataFrame, zone: str) -> None:
    history = DailyHistory.from_readings(readings, zone, "CL")
    by_day = readings.groupby(readings["timestamp"].dt.strftime("%Y-%m-%d"))["active_energy_kwh"].sum()
    assert history.days == len(by_day) == history.latest_origin
    assert np.allclose(history.totals(history.values), by_day)
    assert (~history.whole_days).sum() == 1  # of the day that has 23 hours
    assert history.hours().times.equals(pd.DatetimeIndex(readings["timestamp"]))


def test_hours_of_a_table_find_their_places_and_come_back(readings: pd.DataFrame, zone: str) -> None:
    history = DailyHistory.from_readings(readings, zone, "CL")
    arranged = history.arrange(readings, "active_energy_kwh")
    assert np.array_equal(arranged, history.values, equal_nan=True)
    days = pd.DataFrame({"timestamp": history.midnights(), "value": np.arange(history.days, dtype=float)})
    assert history.arrange_days(days, "value").tolist() == days["value"].tolist()


def test_the_tables_of_a_model_have_each_hour_once(readings: pd.DataFrame, zone: str, tmp_path: Path) -> None:
    params = Params(fleet=FleetParams(name="clocks", timezone=zone, country="CL"))
    data = ClientData("7", readings, frames.empty("mask", zone))
    run_task(Task(data, "seasonal", {"seasonal": {"weeks": 4}}, params, tmp_path))
    expected, ahead, forecasts = (
        frames.read_client(tmp_path / name, table, "7")
        for name, table in (("expected", "expected"), ("ahead", "forecasts"), ("forecasts", "forecasts"))
    )
    hours = pd.DatetimeIndex(readings["timestamp"])
    for _, rows in expected.groupby("mode"):
        assert pd.DatetimeIndex(rows["timestamp"]).equals(hours)
    assert not forecasts.duplicated(["timestamp", "issued_at", "model"]).any()
    longest = (ahead["timestamp"] - ahead["issued_at"]).max()
    assert longest == pd.Timedelta(hours=24 * params.calibrate.horizon_days)  # a week with a day of 25 hours
    found = calibrate_client(data, expected, ahead, params, False)
    bands = found.bands[(found.bands["mode"] == "past_only") & (found.bands["level"] == 0.95)]
    hourly, daily = (bands[bands["resolution"] == each] for each in ("hour", "day"))
    assert not hourly["timestamp"].duplicated().any()
    assert hourly["timestamp"].isin(hours).all()
    history = data.history(params)
    assert daily["timestamp"].isin(history.midnights()).all()
    both = history.arrange(expected[expected["mode"] == "past_only"], "expected_kwh")
    lower, upper = (history.arrange_days(daily, side) for side in ("lower_kwh", "upper_kwh"))
    known = np.isfinite(upper)
    longer = known & (history.clock.weights(history.days).sum(axis=1) == 25)
    assert longer.any()
    assert ((lower < history.totals(both)) & (history.totals(both) < upper))[longer].all()


def found_events(readings: pd.DataFrame, zone: str) -> pd.DataFrame:
    params = Params(fleet=FleetParams(name="clocks", timezone=zone, country="CL"))
    return scan_client(readings, {}, params).events


def test_events_are_worth_the_hours_that_happened(readings: pd.DataFrame, zone: str) -> None:
    """A cut to a third through the day of 25 hours: what is measured in it is what the meter counted."""
    clock = DailyHistory.from_readings(readings, zone, "CL").clock
    longer = int(np.flatnonzero(clock.weights(300).sum(axis=1) == 25)[0])
    start, stop = clock.time(24 * (longer - 6) + 9), clock.time(24 * (longer + 8) + 9)
    inside = readings["timestamp"].between(start, stop, inclusive="left")
    energy = readings["active_energy_kwh"]
    cut = readings.assign(active_energy_kwh=energy.where(~inside, energy / 3))
    events = found_events(cut, zone)
    (event,) = events[(events["mode"] == "two_sided") & (events["class"] == "consumption")].to_dict("records")
    lasts = cut[cut["timestamp"].between(event["start"], event["end"], inclusive="left")]
    assert abs(event["start"] - start) <= pd.Timedelta(hours=14)
    assert event["actual_kwh"] == pytest.approx(lasts["active_energy_kwh"].sum())


def test_nobody_raises_an_alert_for_a_clock_change(readings: pd.DataFrame, zone: str) -> None:
    assert found_events(readings, zone).empty


@pytest.mark.parametrize("length", [23, 25])
def test_what_is_known_does_not_change_with_the_hours_around_a_clock_change(
    readings: pd.DataFrame, zone: str, length: int
) -> None:
    """With a meter that stands still from the evening before on, hour by hour."""
    clock = DailyHistory.from_readings(readings, zone, "CL").clock
    change = int(np.flatnonzero(clock.weights(300).sum(axis=1) == length)[0])
    recent = readings[readings["timestamp"] >= clock.midnight(change - 70)]
    still = recent["timestamp"] >= clock.time(24 * (change - 1) + 20)
    dead = recent.assign(active_energy_kwh=recent["active_energy_kwh"].where(~still, 0.0)).reset_index(drop=True)
    last = int(np.searchsorted(dead["timestamp"], clock.time(24 * (change + 1) + 3)))
    known: set[tuple[object, ...]] = set()
    for count in range(last - 34, last):
        series = Series.of(dead.iloc[:count], zone)
        found = [part for part in find(series, ScreenParams(), "past_only") if part.alert <= series.hours]
        told = {(part.channel, part.kind, part.start, part.alert) for part in found}
        assert known <= told
        known = told
    assert known
