"""Events of a frame without any model: what they are worth, and that nothing later makes them."""

import numpy as np
import pandas as pd
import pytest

from tests.support.plain_clients import ZONE, changed, plain
from vigia import frames
from vigia.config.params import Params
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.fetch import DemoParams
from vigia.config.sections.fleet import FleetParams
from vigia.errors import ConfigError, FrameError
from vigia.scanning import Scanned, scan
from vigia.simulation.demo import DemoFleet, generate


def events(found: Scanned, mode: str = "past_only", class_: str = "consumption") -> pd.DataFrame:
    return found.events[(found.events["mode"] == mode) & (found.events["class"] == class_)].reset_index(drop=True)


@pytest.mark.parametrize("mode", frames.MODES)
@pytest.mark.parametrize(("factor", "kind"), [(0.0, "zero_run"), (0.4, "level_down")], ids=["zero block", "cut"])
def test_an_open_event_is_worth_what_the_usual_weeks_say(mode: str, factor: float, kind: str) -> None:
    params = Params(fleet=FleetParams(name="t"), detect=DetectParams(price_per_kwh=0.5, currency="PEN"))
    usual = plain("7")
    found = scan(changed(usual, 170, 200, factor), params=params)
    (event,) = events(found, mode).to_dict("records")
    truth = usual["active_energy_kwh"][24 * 170 :].sum()
    assert event["kind"] == kind
    assert pd.isna(event["end"])
    assert abs(event["start"] - usual["timestamp"][24 * 170]) <= pd.Timedelta(hours=3)
    assert event["expected_kwh"] == pytest.approx(truth, rel=0.02)
    assert event["energy_at_stake_kwh"] == pytest.approx((1 - factor) * truth, rel=0.03)
    assert event["energy_low_kwh"] <= event["energy_at_stake_kwh"] <= event["energy_high_kwh"]
    assert event["energy_high_kwh"] - event["energy_low_kwh"] < 0.1 * truth
    assert event["money_at_stake"] == pytest.approx(0.5 * event["energy_at_stake_kwh"])
    assert event["severity"] == "critical"
    assert f"against {event['expected_kwh']:,.0f} kWh expected" in event["reason_en"]
    channel = found.event_channels.set_index("event_id").loc[event["event_id"]]
    assert channel["expected"] == pytest.approx(event["expected_kwh"] / (24 * 30), rel=0.01)


def test_a_client_that_nothing_happens_to_has_no_event_and_no_issue() -> None:
    found = scan(pd.concat([plain("1"), plain("2", 30.0)]))
    assert found.events.empty
    assert found.issues.empty
    assert set(found.scores["mode"]) == set(frames.MODES)
    beyond = found.scores.loc[found.scores["score"].notna(), "score"] > 1
    assert 0.02 < beyond.mean() < 0.08


def test_the_order_of_rows_changes_nothing() -> None:
    readings = pd.concat([changed(plain("1"), 150, 160, 0.3), plain("2")], ignore_index=True)
    mixed = readings.sample(frac=1.0, random_state=3)
    pd.testing.assert_frame_equal(scan(readings).events, scan(mixed).events)


def test_what_is_missing_before_any_normal_week_has_no_energy() -> None:
    readings = plain("1")
    readings.loc[: 24 * 40, "active_energy_kwh"] = 0.0
    stuck = events(scan(readings)).iloc[0]
    assert stuck["kind"] == "zero_run"
    assert np.isnan(stuck["expected_kwh"])
    assert "kWh" not in stuck["reason_en"]


def test_two_clients_with_the_same_readings_are_one_group_in_the_modes_asked_for() -> None:
    first = plain("1")
    found = scan(pd.concat([first, first.assign(client_id="2"), plain("3")]), modes=("past_only",))
    twice = events(found, class_="data")
    assert twice["client_id"].tolist() == ["1", "2"]
    assert twice["group_id"].nunique() == 1
    assert set(found.events["mode"]) == {"past_only"}
    assert set(found.event_channels["event_id"]) == set(found.events["event_id"])


def site_log(client: str, start: pd.Timestamp, end: pd.Timestamp | None, what: str) -> pd.DataFrame:
    return pd.DataFrame({"client_id": [client], "from": [start], "to": [end], "what": [what]})


def test_an_announced_closure_is_an_issue_and_no_event() -> None:
    readings = changed(plain("1"), 150, 164, 0.0)
    stamps = readings["timestamp"]
    log = site_log("1", stamps[24 * 150], stamps[24 * 164], "planned stop")
    found = scan(readings, site_log=log)
    assert len(events(scan(readings))) == 1
    assert events(found).empty
    assert set(found.issues["code"]) == {"explained_by_site_log"}


@pytest.mark.parametrize("mode", frames.MODES)
def test_after_new_equipment_an_event_is_valued_by_the_new_normal(mode: str) -> None:
    readings = changed(changed(plain("1"), 100, 200, 1.6), 170, 180, 0.0)
    log = site_log("1", readings["timestamp"][24 * 100], pd.NaT, "new machine")
    (event,) = events(scan(readings, site_log=log), mode).to_dict("records")
    assert event["expected_kwh"] == pytest.approx(160 * 240, rel=0.03)


@pytest.mark.parametrize(("days", "said"), [(8, "too few to judge"), (20, "less certainty")])
def test_a_short_history_is_said(days: int, said: str) -> None:
    (issue,) = scan(plain("1", days=days)).issues.to_dict("records")
    assert issue["code"] == "little_history"
    assert issue["message"].startswith(f"{days} whole days of readings")
    assert said in issue["message"]


def test_what_is_wrong_with_a_call_is_said() -> None:
    with pytest.raises(ConfigError, match=r"modes: \['live'\] given; there are"):
        scan(plain("1"), modes=("live",))
    with pytest.raises(FrameError, match=r"readings.timestamp: times need a timezone"):
        scan(plain("1").assign(timestamp=lambda rows: rows["timestamp"].dt.tz_localize(None)))
    with pytest.raises(FrameError, match="there is no row"):
        scan(frames.empty("readings", ZONE))


@pytest.fixture(scope="module")
def demo() -> DemoFleet:
    return generate(DemoParams(clients=8), ZONE)


@pytest.fixture(scope="module")
def whole(demo: DemoFleet) -> Scanned:
    return scan(demo.readings, demo.clients, site_log=demo.site_log, modes=("past_only",))


@pytest.mark.parametrize("day", [300, 461])
def test_cutting_a_series_changes_nothing_that_was_known(demo: DemoFleet, whole: Scanned, day: int) -> None:
    cut = demo.readings["timestamp"].min() + pd.Timedelta(days=day, hours=5)
    early = demo.readings[demo.readings["timestamp"] < cut]
    part = scan(early, demo.clients, site_log=demo.site_log, modes=("past_only",))
    after = whole.events[whole.events["first_alert_at"] < cut].set_index("event_id")
    before = part.events.set_index("event_id")
    assert set(before.index) == set(after.index)
    closed = before.index[before["end"].notna()]
    assert len(closed) > 5
    pd.testing.assert_frame_equal(before.loc[closed], after.loc[closed])
    known = ["start", "first_alert_at"]
    pd.testing.assert_frame_equal(before[known], after.loc[before.index, known])
    key = ["client_id", "timestamp", "channel", "mode"]
    both = part.scores.merge(whole.scores, on=key, suffixes=("", "_later"))
    assert len(both) == len(part.scores)
    np.testing.assert_array_equal(both["score"], both["score_later"])


def test_intervals_that_are_no_hours_are_refused() -> None:
    readings = pd.DataFrame(
        {
            "client_id": "1",
            "timestamp": pd.date_range("2024-01-01", periods=400, freq="15min", tz="America/Lima").as_unit("us"),
            "active_energy_kwh": 1.0,
        }
    )
    with pytest.raises(
        FrameError, match=r"300 times are no whole hours, as 2024-01-01T00:15:00-05:00 of client 1; sum"
    ):
        scan(readings)
