"""Bodies as they come in: what is refused unread, how much room they take, and how many wait."""

import asyncio
import json
import threading
import tracemalloc
from collections.abc import AsyncIterator

import pandas as pd
import pytest
from fastapi import HTTPException

from serving.api import create_api
from serving.intake import reading
from serving.intake.queue import HeavyQueue
from serving.release.current import CurrentRelease
from tests.serving.conftest import Caller
from tests.serving.test_posted import posted
from tests.support.loops import finished
from tests.support.zone import at

JSON = {"content-type": "application/json"}
PATHS = ["/forecast", "/thresholds", "/detect"]


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_is_too_large_is_refused_unread(api: Caller, path: str) -> None:
    answer = api.post(path, {"client_id": "7" * 9_000_000, "readings": []})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_grows_too_large_without_saying_so_is_refused(api: Caller, path: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"7" * 1_000_000

    assert api.call("POST", path, content=pieces(), headers=JSON).status_code == 413


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_does_not_come_is_given_up(api: Caller, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)

    monkeypatch.setattr(reading, "READ_SECONDS", 0.1)
    assert api.call("POST", path, content=pieces(), headers=JSON).status_code == 408


@pytest.mark.parametrize("value", [True, False, "3", "3.5", [3]], ids=repr)
@pytest.mark.parametrize("channel", ["active_energy_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v"])
def test_what_only_looks_like_a_number_is_no_reading(api: Caller, channel: str, value: object) -> None:
    hour = {"timestamp": at("2024-06-15 02:00"), "active_energy_kwh": 3, channel: value}
    answer = api.post("/detect", {"client_id": "7", "readings": [hour]})
    assert answer.status_code == 422
    assert channel in answer.text


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("horizon_hours", True, 422),
        ("horizon_hours", "3", 422),
        ("horizon_hours", 3.5, 422),
        ("horizon_hours", 3.0, 200),
        ("level", True, 422),
        ("level", "0.9", 422),
        ("client_id", 7, 422),
    ],
)
def test_fields_of_a_question_are_of_their_own_type(api: Caller, field: str, value: object, status: int) -> None:
    assert api.post("/forecast", {"client_id": "7", field: value}).status_code == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonish", None])
@pytest.mark.parametrize("path", PATHS)
def test_what_does_not_say_that_it_is_json_is_refused(api: Caller, path: str, kind: str | None) -> None:
    answer = api.call("POST", path, content=b'{"client_id": "8"}', headers={"content-type": kind} if kind else {})
    assert answer.status_code == 415


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/vnd.vigia+json"])
def test_json_by_another_name_is_taken(api: Caller, kind: str) -> None:
    answer = api.call("POST", "/forecast", content=b'{"client_id": "8"}', headers={"content-type": kind})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"client_id": "8", **{f"a{n}": 1 for n in range(600_000)}}, "body.a0"),
        ({"client_id": "8", "readings": [{f"a{n}": 1 for n in range(600_000)}]}, "body.readings.0.a0"),
        ({"client_id": "8", "readings": [{}] * 1_500_000}, "body.readings"),
        ({"client_id": "8", "readings": [0.5] * 1_500_000}, "body.readings"),
    ],
    ids=["fields", "fields of a reading", "empty readings", "numbers"],
)
@pytest.mark.parametrize("path", ["/forecast", "/detect"])
def test_the_longest_body_of_nonsense_takes_bounded_room_and_gets_a_short_answer(
    api: Caller, path: str, body: object, field: str
) -> None:
    content = json.dumps(body, separators=(",", ":")).encode()
    assert 4_000_000 < len(content) < reading.MAX_BODY_BYTES
    tracemalloc.start()
    try:
        answer = api.call("POST", path, content=content, headers=JSON)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(field)
    assert len(answer.content) < 10_000
    assert peak < 300e6


@pytest.mark.parametrize("path", ["/forecast", "/detect"])
def test_one_hour_as_far_away_as_it_may_be_takes_bounded_room(api: Caller, path: str) -> None:
    far = pd.Timestamp(at("2024-06-30T16:00:00")) + pd.Timedelta(hours=20_000)
    readings = [{"timestamp": far.isoformat(), "active_energy_kwh": 1.0}]
    tracemalloc.start()
    try:
        answer = api.post(path, {"client_id": "8", "readings": readings})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code in (200, 422)
    assert peak < 150e6


def test_a_place_in_the_queue_is_refused_when_all_are_taken_and_free_when_one_is_done() -> None:
    async def crowd() -> None:
        queue, going = HeavyQueue(running=1, waiting=1), threading.Event()

        async def heavy() -> bool:
            async with queue.place():
                return await queue.run(going.wait, 10)

        running = [asyncio.create_task(heavy()) for _ in range(2)]
        await asyncio.sleep(0.05)
        with pytest.raises(HTTPException) as refused:
            await heavy()
        assert (refused.value.status_code, refused.value.headers) == (429, {"Retry-After": "5"})
        going.set()
        assert await asyncio.gather(*running) == [True, True]
        assert await heavy()

    finished(crowd())


@pytest.mark.parametrize(
    ("path", "hours", "status"),
    [("/detect", 1, 429), ("/forecast", 1, 429), ("/forecast", 0, 200), ("/thresholds", 0, 200)],
)
def test_only_heavy_routes_are_refused_while_the_queue_is_full(
    current: CurrentRelease, path: str, hours: int, status: int
) -> None:
    app = create_api(current)
    app.state.heavy = HeavyQueue(running=1, waiting=-1)
    body = {"client_id": "8", **({"readings": posted(hours, 300.0)} if hours else {})}
    if path == "/thresholds":
        body |= {"start": "2024-06-01T00:00:00Z", "end": "2024-06-02T00:00:00Z"}
    answer = Caller(app).post(path, body)
    assert answer.status_code == status
    assert answer.headers.get("retry-after") == ("5" if status == 429 else None)
