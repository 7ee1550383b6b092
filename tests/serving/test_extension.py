"""Posted readings are judged as the stages would judge them, and no expectation follows an anomaly."""

from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.answers import send
from serving.bodies.posted import DetectRequest
from serving.posted.detect import detect
from serving.posted.history import extended, look_at, newer_history, up_to
from serving.posted.readings import frame_of
from serving.release.prepared import Prepared
from serving.release.served import Served
from tests.serving.conftest import Caller, api_of
from tests.support.spoken import verdicts
from vigia import frames
from vigia.detection.checkpoints import Checkpoint, Checkpoints
from vigia.extension import Extended, Known, extend, prepared
from vigia.models import DailyHistory
from vigia.models.suspect import without_suspect_days

CUT = "7"
"""Client whose consumption is cut when its readings end; the event is open."""
DAYS = 12


def posted(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of table `readings` as a client sends them."""
    plain = rows.drop(columns="client_id").astype(object).where(rows.drop(columns="client_id").notna(), None)
    return [{**row, "timestamp": row["timestamp"].isoformat()} for row in plain.to_dict("records")]


def going_on(served: Served, client: str = CUT, days: int = DAYS) -> pd.DataFrame:
    """The client's last whole days once more, behind its last reading."""
    stored = served.clients[client].stored.readings
    last = stored["timestamp"].iloc[-1]
    before = stored[stored["timestamp"] > last - pd.Timedelta(days=7)]
    parts = [before.assign(timestamp=before["timestamp"] + pd.Timedelta(days=7 * week)) for week in (1, 2)]
    rows = pd.concat(parts, ignore_index=True)
    return rows[rows["timestamp"] <= last + pd.Timedelta(days=days)].reset_index(drop=True)


@pytest.mark.parametrize("client", ["1", "7", "8"])
@pytest.mark.parametrize("days", [3, 40])
def test_stored_readings_posted_again_give_the_events_of_the_stage_detect(
    api: Caller, served: Served, client: str, days: int
) -> None:
    stored, release = served.clients[client].stored, served.release
    since = stored.readings["timestamp"].iloc[-1] - pd.Timedelta(days=days)
    rows = stored.readings[stored.readings["timestamp"] > since]
    answer = api.post("/detect", {"client_id": client, "readings": posted(rows)}).json()
    mine = release.events[(release.events["client_id"] == client) & (release.events["mode"] == "past_only")]
    mine = mine[(mine["end"].isna() | (mine["end"] > rows["timestamp"].iloc[0])) & (mine["kind"] != "duplicated_feed")]
    found = pd.DataFrame(answer["events"], columns=mine.columns)
    times = ["start", "end", "first_alert_at"]
    found[times] = found[times].apply(pd.to_datetime, utc=True)
    one, other = (table.assign(group_id=None).sort_values("event_id", ignore_index=True) for table in (found, mine))
    pd.testing.assert_frame_equal(frames.check("events", one), frames.check("events", in_utc(other, times)))
    expected = stored.expected[stored.expected["mode"] == "past_only"].set_index("timestamp")["expected_kwh"]
    said = [point["expected_kwh"] for point in answer["points"]]
    np.testing.assert_allclose(said, expected.reindex(rows["timestamp"]).round(6), rtol=0, atol=1e-9)


def test_what_is_expected_does_not_follow_an_open_cut(api: Caller, served: Served) -> None:
    rows = going_on(served)
    answer = api.post("/detect", {"client_id": CUT, "readings": posted(rows)}).json()
    points = pd.DataFrame(answer["points"])
    last = points.tail(24 * 3)
    assert last["actual_kwh"].sum() < 0.6 * last["expected_kwh"].sum()
    (event,) = [each for each in answer["events"] if each["kind"] == "level_down"]
    assert event["end"] is None


def test_a_forecast_of_the_normal_does_not_follow_it_either(api: Caller, served: Served) -> None:
    rows = going_on(served)
    body = {"client_id": CUT, "readings": posted(rows), "basis": "normal", "horizon_hours": 24}
    normal = sum(point["expected_kwh"] for point in api.post("/forecast", body).json()["points"])
    measured = sum(
        point["forecast_kwh"] for point in api.post("/forecast", {**body, "basis": "as_measured"}).json()["points"]
    )
    assert measured < 0.6 * normal


@given(cuts=st.sets(st.integers(1, 24 * DAYS - 1), max_size=3))
@settings(max_examples=4, deadline=None)
def test_readings_that_come_in_pieces_give_what_they_give_at_once(served: Served, cuts: set[int]) -> None:
    client, release = served.clients[CUT], served.release
    stored, rows = client.stored.readings, going_on(served)
    at_once = extended(served, client, joined(stored, rows), release.params.screen)
    known, found = client.known, at_once
    for cut in [*sorted(cuts), len(rows)]:
        look = look_at(served, client, release.params.screen)
        found = extend(known, joined(stored, rows.iloc[:cut]), look, release.params.detect)
        known = found.known(known)
    same(at_once, found)


def in_utc(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return table.assign(**{name: table[name].dt.tz_convert("UTC") for name in columns})


def joined(*parts: pd.DataFrame) -> pd.DataFrame:
    return frames.check("readings", pd.concat(parts, ignore_index=True))


def same(one: Extended, other: Extended) -> None:
    np.testing.assert_array_equal(one.expected, other.expected)
    order = ["timestamp", "resolution", "level"]
    bands = [each.bands.sort_values(order, ignore_index=True) for each in (one, other)]
    pd.testing.assert_frame_equal(*bands)
    pd.testing.assert_frame_equal(one.found.events, other.found.events)
    pd.testing.assert_frame_equal(one.mask, other.mask)


def test_an_event_that_a_person_accepted_does_not_come_back(served: Served) -> None:
    rows = going_on(served)
    body = {"client_id": CUT, "readings": posted(rows)}
    (event,) = [each for each in api_of(served).post("/detect", body).json()["events"] if each["kind"] == "level_down"]
    start = pd.Timestamp(event["start"])
    recorded = served.clients[CUT].stored.readings["timestamp"].iloc[-1]
    accepted = verdicts((CUT, "level_down", start, "new_normal", recorded))
    spoken = Served.of(replace(served.release, verdicts=accepted))
    (found,) = [each for each in api_of(spoken).post("/detect", body).json()["events"] if each["kind"] == "level_down"]
    assert found["event_id"] == event["event_id"]
    assert pd.Timestamp(found["end"]) <= recorded + pd.Timedelta(days=1)


def test_an_event_goes_by_the_id_that_it_is_known_by(served: Served) -> None:
    rows = going_on(served, days=2)
    body = {"client_id": CUT, "readings": posted(rows)}
    events = api_of(served).post("/detect", body).json()["events"]
    kept = {events[0]["event_id"]: "known-as-this"}
    renamed = Served.of(replace(served.release, kept_ids=kept))
    assert "known-as-this" in {each["event_id"] for each in api_of(renamed).post("/detect", body).json()["events"]}


@given(
    back=st.integers(1, 24 * 100),
    hours=st.integers(1, 24 * 14),
    factor=st.sampled_from([0.3, 1.0, 1.8]),
    rate=st.sampled_from([None, None, 3.0]),
)
@settings(max_examples=10, deadline=None)
def test_answers_are_equal_to_the_byte_with_and_without_checkpoints(
    served: Served, back: int, hours: int, factor: float, rate: float | None
) -> None:
    client = served.clients[CUT]
    whole = joined(client.stored.readings, going_on(served))
    first = len(client.stored.readings) - back
    rows = whole.iloc[first : first + hours]
    rows = rows.assign(active_energy_kwh=factor * rows["active_energy_kwh"])
    body = {"client_id": CUT, "readings": posted(rows), "false_alarms_per_month": rate}
    request = DetectRequest.model_validate(body)
    release = served.release
    screen = release.params.screen if rate is None else release.params.screen.at_rate(rate)
    fast = detect(served, request)
    plain = extend(
        replace(served.prepared.of(CUT, screen.model_dump_json(), no_need), checkpoints=None),
        up_to(client, frame_of(request.readings, served, CUT)),
        look_at(served, client, screen),
        release.params.detect,
    )
    with mock.patch("serving.posted.detect.extended", return_value=plain):
        assert bytes(send(detect(served, request)).body) == bytes(send(fast).body)


def no_need() -> Known:
    raise AssertionError("the client is ready already")


def test_what_is_ready_is_bounded(served: Served) -> None:
    known = served.clients[CUT].known
    states = [Checkpoints(None, {"it": [Checkpoint(1, b"", bytes(size))]}) for size in (40, 30, 50)]
    kept = Prepared(most_bytes=100)
    for name, state in zip("abc", states, strict=True):
        kept.of(name, "", lambda state=state: replace(known, checkpoints=state))
    assert kept.size == 80
    assert kept.of("c", "", no_need).checkpoints is states[2]
    with pytest.raises(AssertionError, match="ready already"):
        kept.of("a", "", no_need)


def test_what_is_expected_after_a_standstill_depends_on_the_voltages_in_it(served: Served) -> None:
    """Without voltage nothing is known of the client's level; with it nobody consumed, which is masked."""
    client, release = served.clients[CUT], served.release
    readings = client.stored.readings.copy()
    start = len(readings) - 24 * 60
    channels = ["active_energy_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v"]
    readings.loc[readings.index[start : start + 24 * 6], channels] = 0.0
    look, params = look_at(served, client, release.params.screen), release.params.detect
    dark = extend(client.known, readings, look, params)
    known = prepared(dark.known(client.known), readings, look)
    lit = readings.copy()
    lit.loc[lit.index[start : start + 24 * 6], channels[2:]] = client.stored.readings[channels[2:]].median().to_numpy()
    found = extend(known, lit, look, params)
    at_once = extend(client.known, lit, look, params)
    np.testing.assert_array_equal(found.expected, at_once.expected)
    assert (np.nan_to_num(found.expected) != np.nan_to_num(dark.expected)).any()
    before = client.known.history.days - 61
    np.testing.assert_array_equal(found.expected[:before], dark.expected[:before])


def test_the_normal_history_is_made_without_events(served: Served) -> None:
    client, release = served.clients[CUT], served.release
    whole = joined(client.stored.readings, going_on(served))
    with mock.patch("vigia.extension.extend.detect_series", side_effect=AssertionError("events are made")):
        normal = newer_history(served, client, going_on(served), "normal")
    history = DailyHistory.from_readings(whole, client.stored.measured.zone, release.params.fleet.country)
    extension = extended(served, client, whole, release.params.screen)
    masked = history.normal(extension.mask)
    expected = without_suspect_days(masked, masked.latest_origin)
    np.testing.assert_array_equal(normal.filled, expected.filled)
    assert (normal.filled != history.filled).any()
