"""Whatever is asked, it is answered or refused in a problem document (`Caller` checks that); nothing breaks."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving.conftest import Caller

JSON = {"content-type": "application/json"}
QUICK = settings(deadline=None, derandomize=True, database=None)
LAST_HOUR = datetime(2024, 6, 30, 21, tzinfo=UTC)
ODD_TIMES = (
    "0391-04-05T01:06:37+23:46",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "1970-01-01T00:00:00+14:00",
    "1970-01-01T00:00:00Z",
    "2199-12-31T23:59:59.999999Z",
    "2024-02-30T00:00:00Z",
    "2024-05-01T00:00:00 05:00",
    "50481",
    "-1e300",
    "NaT",
    "",
)
TIMES = st.one_of(
    st.sampled_from(ODD_TIMES),
    st.datetimes(timezones=st.timezones() | st.none()).map(datetime.isoformat),
    st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC)).map(datetime.isoformat),
)
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([0, 1, 50, 168, 500, 10**30]))
WORDS = st.one_of(st.text(max_size=6), st.sampled_from(["7", "day", "two_sided", "level_down", "ZnJvbTox"]))
VALUES = st.one_of(TIMES, NUMBERS, WORDS)
NAMES = ["start", "end", "mode", "resolution", "points", "sector", "q", "sort", "limit", "cursor", "state", "class"]
NAMES += ["kind", "stake", "severity", "assignee", "language", "client_id"]
QUERY = st.dictionaries(st.sampled_from(NAMES), VALUES.map(str), max_size=3)
READING_PATHS = ["/health", "/clients", "/clients/8", "/clients/8/card", "/clients/8/series", "/clients/8/profile"]
READING_PATHS += ["/clients/%F0/series", "/clients/ /", "/summary", "/events", "/events/8", "/vocabulary", "/nowhere"]

ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), VALUES, st.just("\ud800")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)
HOURS = st.integers(-400, 400).map(lambda hours: (LAST_HOUR + timedelta(hours=hours)).isoformat())
FAR_HOURS = st.integers(0, 230 * 365 * 24).map(lambda hours: datetime.fromtimestamp(3600 * hours, UTC).isoformat())
MEASURED = st.one_of(st.none(), st.floats(-1e9, 1e9), st.floats(0, 2_000), st.sampled_from([0, 1e-300, -0.0]))
CLIENTS = st.sampled_from(["7", "8"])
"""Well formed, but as odd as that goes."""


def readings(hours: st.SearchStrategy[str], measured: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """A few readings of different hours."""
    channels = ("reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v")
    needed = {"timestamp": hours, "active_energy_kwh": measured}
    one = st.fixed_dictionaries(needed, optional=dict.fromkeys(channels, measured))
    return st.lists(one, min_size=1, max_size=4, unique_by=lambda reading: str(reading["timestamp"]))


def bodies(well_formed: bool) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A route and what is sent to it."""
    odd = st.nothing() if well_formed else ANYTHING
    hours, level = HOURS | FAR_HOURS | odd, st.sampled_from([0.9, 0.95, 0.99]) | odd
    posted = readings(hours, MEASURED | odd) | readings(HOURS, MEASURED)
    more = {} if well_formed else {"\ud800": ANYTHING}
    forecast = {"start": hours, "level": level, "basis": st.sampled_from(["as_measured", "normal"]) | odd}
    forecast |= {"horizon_hours": st.integers(1, 168) | odd, "readings": posted}
    thresholds = {"start": hours, "end": hours, "level": level, "resolution": st.sampled_from(["hour", "day"]) | odd}
    rate = {"false_alarms_per_month": st.floats(1e-300, 1e3) | odd}
    client = {"client_id": CLIENTS | odd}
    return st.one_of(
        st.tuples(st.just("/forecast"), st.fixed_dictionaries(client, optional=forecast | more)),
        st.tuples(st.just("/thresholds"), st.fixed_dictionaries(client | thresholds, optional=more)),
        st.tuples(st.just("/detect"), st.fixed_dictionaries(client | {"readings": posted}, optional=rate | more)),
    )


@settings(QUICK, max_examples=150)
@given(path=st.sampled_from(READING_PATHS), query=QUERY)
def test_an_odd_query_is_answered_or_refused(api: Caller, path: str, query: dict[str, str]) -> None:
    answer = api.call("GET", path, params=query)
    assert answer.status_code < 500, answer.text


@settings(QUICK, max_examples=60)
@given(question=bodies(well_formed=False))
def test_a_malformed_body_is_answered_or_refused(api: Caller, question: tuple[str, dict[str, Any]]) -> None:
    path, body = question
    answer = api.call("POST", path, content=json.dumps(body), headers=JSON)
    assert answer.status_code < 500, answer.text


@settings(QUICK, max_examples=12)
@given(question=bodies(well_formed=True))
def test_an_odd_but_well_formed_body_is_answered_or_refused(api: Caller, question: tuple[str, dict[str, Any]]) -> None:
    path, body = question
    answer = api.post(path, body)
    assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize("content", [b"", b"[" * 100_000, b"\xff", b"null", b"7", b'{"client_id":', b"[]", b"NaN"])
@pytest.mark.parametrize("path", ["/forecast", "/thresholds", "/detect"])
def test_what_is_no_object_is_refused(api: Caller, path: str, content: bytes) -> None:
    assert api.call("POST", path, content=content, headers=JSON).status_code == 422
