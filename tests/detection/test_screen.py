"""What one client's own readings show, and that it does not depend on what follows."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from vigia import frames
from vigia.config import Params
from vigia.config.sections.fetch import DemoParams
from vigia.config.sections.screen import ScreenParams
from vigia.config.sections.splits import SplitParams
from vigia.detection.detect import detect_client
from vigia.detection.detected import Detected
from vigia.detection.finding import Finding
from vigia.detection.kept import findings_of
from vigia.detection.screen import Screened, screen_client
from vigia.simulation.demo import generate

ZONE = "America/Lima"


@cache
def demo_client(client_id: str) -> pd.DataFrame:
    readings = generate(DemoParams(), ZONE).readings
    return readings[readings["client_id"] == client_id].reset_index(drop=True)


@cache
def unchanged(client_id: str) -> Screened:
    return screen(demo_client(client_id))


@pytest.fixture(scope="module")
def normal() -> pd.DataFrame:
    """A demo client without any episode."""
    return demo_client("9")


def screen(readings: pd.DataFrame, **client: object) -> Screened:
    return screen_client(readings, {"client_id": "9", **client}, ScreenParams(), SplitParams())


def changed(readings: pd.DataFrame, first_day: int, days: float, **columns: object) -> pd.DataFrame:
    out = readings.copy()
    rows = slice(24 * first_day + 7, 24 * first_day + 7 + int(24 * days) - 1)
    for column, value in columns.items():
        out.loc[rows, column] = value(out.loc[rows, column]) if callable(value) else value
    return out


def consumption(result: Screened, mode: str) -> pd.DataFrame:
    return result.events[(result.events["mode"] == mode) & (result.events["class"] == "consumption")]


ENERGIES = ("active_energy_kwh", "reactive_energy_kvarh")
CASES = {
    "zero block": (30, dict.fromkeys(ENERGIES, 0.0), "zero_run"),
    "negative": (5, {"active_energy_kwh": lambda x: -x}, "negative"),
    "floor with reactive": (20, {"active_energy_kwh": lambda x: 0.04 * x.median()}, "near_zero_floor"),
    "stuck": (6, {"active_energy_kwh": lambda x: x.iloc[0]}, "stuck_value"),
    "cut": (40, {name: (lambda x: 0.4 * x) for name in ENERGIES}, "level_down"),
    "surplus": (40, {name: (lambda x: 3 * x) for name in ENERGIES}, "level_up"),
    "reactive": (40, {"reactive_energy_kvarh": lambda x: 3 * x}, "reactive_shift"),
}


@pytest.mark.parametrize(("days", "columns", "kind"), CASES.values(), ids=CASES)
def test_an_episode_is_one_event_of_its_kind_and_time(
    normal: pd.DataFrame, days: int, columns: dict[str, object], kind: str
) -> None:
    readings = changed(normal, 300, days, **columns)
    start = readings["timestamp"][24 * 300 + 7]
    result = screen(readings)
    for mode in frames.MODES:
        before = set(consumption(unchanged("9"), mode)["event_id"])
        events = consumption(result, mode)
        events = events[~events["event_id"].isin(before)]
        overlap = events[
            (events["start"] < start + pd.Timedelta(days=days)) & (events["end"].isna() | (events["end"] > start))
        ]
        assert overlap["kind"].tolist() == [kind], mode
        (event,) = overlap.to_dict("records")
        assert abs(event["start"] - start) <= pd.Timedelta(days=1), mode
        assert abs(event["end"] - start - pd.Timedelta(days=days)) <= pd.Timedelta(days=2), mode
        if mode == "past_only":
            assert start < event["first_alert_at"] <= start + pd.Timedelta(days=4)


def test_a_normal_client_raises_next_to_nothing(normal: pd.DataFrame) -> None:
    result = unchanged("9")
    months = len(normal) / 720
    assert len(consumption(result, "two_sided")) <= 0.15 * months
    assert len(consumption(result, "past_only")) <= 0.3 * months


def test_an_outage_is_a_matter_of_supply_not_of_consumption(normal: pd.DataFrame) -> None:
    gone = dict.fromkeys([*ENERGIES, "voltage_fa_v", "voltage_fc_v"], 0.0)
    readings = changed(normal, 300, 1.2, **gone)
    start = readings["timestamp"][24 * 300 + 7]
    events = screen(readings).events
    at = events[
        (events["mode"] == "past_only") & (events["start"] >= start) & (events["start"] < start + pd.Timedelta(days=2))
    ]
    assert at["kind"].tolist() == ["voltage_loss"]
    assert at["stake"].tolist() == ["supply"]


def test_a_client_that_may_export_may_be_negative(normal: pd.DataFrame) -> None:
    readings = changed(normal, 300, 1, active_energy_kwh=lambda x: -x)
    assert "negative" in set(screen(readings).events["kind"])
    assert "negative" not in set(screen(readings, export_allowed=True).events["kind"])


def test_active_energy_alone_is_enough(normal: pd.DataFrame) -> None:
    readings = changed(normal, 300, 30, active_energy_kwh=lambda x: 0.3 * x)
    readings = frames.check("readings", readings[["client_id", "timestamp", "active_energy_kwh"]])
    events = consumption(screen(readings), "past_only")
    assert "level_down" in set(events["kind"])
    assert set(events["channels"]) == {"active"}


def test_the_mask_covers_the_episode_and_training_s_mask_sees_no_test_slice(normal: pd.DataFrame) -> None:
    readings = changed(normal, 480, 30, active_energy_kwh=lambda x: 0.2 * x)
    mask = screen(readings).mask
    start = readings["timestamp"][24 * 480 + 7]
    middle = start + pd.Timedelta(days=15)
    for mode, covered in (("past_only", True), ("two_sided", True), ("two_sided_before_test", False)):
        rows = mask[(mask["mode"] == mode) & (mask["channel"] == "active")]
        assert ((rows["start"] <= middle) & (rows["end"] > middle)).any() == covered, mode
    past = mask[(mask["mode"] == "past_only") & (mask["start"] <= middle) & (mask["end"] > middle)]
    assert (past["known_at"] > past["start"]).all()


@pytest.mark.parametrize("client", ["2", "7", "8"])
@pytest.mark.parametrize("cut", ["2024-04-02 05:00", "2024-04-28 17:00", "2024-06-01 00:00"])
def test_cutting_the_series_changes_no_closed_event_before_the_cut(client: str, cut: str) -> None:
    readings = demo_client(client)
    when = pd.Timestamp(cut, tz=ZONE)
    whole, part = unchanged(client), screen(readings[readings["timestamp"] < when])
    wait = pd.Timedelta(hours=ScreenParams().merge_wait_hours)
    before, after = (
        result.events[result.events["mode"] == "past_only"].set_index("event_id") for result in (part, whole)
    )
    known = after[after["first_alert_at"] < when]
    assert set(before.index) == set(known.index)
    closed = before[before["end"].notna()].index
    pd.testing.assert_frame_equal(before.loc[closed], known.loc[closed])
    still = before.index.difference(closed)
    columns = ["start", "first_alert_at"]
    pd.testing.assert_frame_equal(before.loc[still, columns], known.loc[still, columns])
    assert len(closed) + len(still) > 0
    assert (known.loc[closed, "end"] + wait <= when).all()


def test_the_past_only_mask_says_at_every_hour_what_was_known_then() -> None:
    readings = demo_client("2")
    when = pd.Timestamp("2024-03-30 00:00", tz=ZONE)
    stamps = pd.DatetimeIndex(readings.loc[readings["timestamp"] < when, "timestamp"])

    def masked(mask: pd.DataFrame) -> np.ndarray:
        rows = mask[(mask["mode"] == "past_only") & (mask["channel"] == "active") & (mask["known_at"] < when)]
        spans = zip(rows["start"], rows["end"], strict=True)
        return np.any([(stamps >= start) & (stamps < end) for start, end in spans], axis=0)

    part = readings[readings["timestamp"] < when]
    assert np.array_equal(masked(unchanged("2").mask), masked(screen(part).mask))


@pytest.mark.parametrize("client", ["7", "8"])
def test_what_screen_found_need_not_be_found_again(client: str) -> None:
    demo, params = generate(DemoParams(clients=8), ZONE), Params()
    readings = demo.readings[demo.readings["client_id"] == client].reset_index(drop=True)
    found = screen_client(readings, {}, params.screen, params.splits, "PE", demo.site_log)

    def detected(model_free: dict[str, list[Finding]] | None) -> Detected:
        nothing = frames.empty("expected", ZONE), frames.empty("bands", ZONE)
        rules = params.detect, params.screen, demo.site_log
        return detect_client(readings, {}, *nothing, *rules, country="PE", model_free=model_free)

    anew, kept = detected(None), detected(findings_of(found.findings))
    assert len(kept.events)
    pd.testing.assert_frame_equal(kept.events, anew.events)
    pd.testing.assert_frame_equal(kept.event_channels, anew.event_channels)
    assert set(detected({"past_only": []}).events["mode"]) == {"two_sided"}
