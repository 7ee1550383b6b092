"""What is sent, how long it is waited for, when it is sent again, and how a failure is told; by both clients."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.client.scripted import HEALTH, Said, Scripted, scripted
from tests.support.loops import finished
from vigia.client import (
    AsyncClient,
    Client,
    ClientError,
    Conflict,
    Fault,
    Invalid,
    NotFound,
    NotUnderstood,
    Patience,
    Refused,
    Stale,
    TimedOut,
    TooMany,
    Unavailable,
    Unreachable,
)
from vigia.errors import ConfigError, FrameError

Asking = Callable[[Any], Any]
Ask = Callable[..., Any]
HASTY = Patience(timeout=5, retries=2, first_wait=0.05)
READING = {"timestamp": "2024-07-01T00:00:00-05:00", "active_energy_kwh": float("nan")}
RECORDED = {
    **HEALTH, "batch": 1, "source": "post", "actor": "", "key": None, "received_at": "2024-07-01T00:00:00Z", "read": 1,
    "accepted": 1, "corrected": 0, "duplicate": 0, "rejected": 0, "client_id": "7", "in_release": True, "again": False,
    "rejected_readings": [],
}  # fmt: skip
BUSY = Said(503, {"title": "Not available", "status": 503, "detail": "no release yet"})


def by_waiting(address: str, asking: Asking, **options: Any) -> Any:
    with Client(address, **options) as client:
        return asking(client)


def by_awaiting(address: str, asking: Asking, **options: Any) -> Any:
    async def ask() -> Any:
        async with AsyncClient(address, **options) as client:
            return await asking(client)

    return finished(ask())


@pytest.fixture(params=[by_waiting, by_awaiting], ids=["client", "async client"])
def ask(request: pytest.FixtureRequest) -> Ask:
    def asked(server: Scripted | str, asking: Asking, **options: Any) -> Any:
        address = server if isinstance(server, str) else server.address
        return request.param(address, asking, **{"patience": HASTY, **options})

    return asked


def health(client: Any) -> Any:
    return client.health()


def test_the_key_comes_from_the_argument_or_from_the_environment(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(Said()) as server:
        ask(server, health)
        ask(server, health, key="mine")
        monkeypatch.setenv("VIGIA_API_KEY", "everybody's\n")
        ask(server, health)
        ask(server, health, key="")
        assert [each.headers.get("x-api-key") for each in server.asked] == [None, "mine", "everybody's", None]
        assert {each.path for each in server.asked} == {"/v1/health"}


def test_a_client_acts_for_somebody_alone_or_for_one_call(ask: Ask) -> None:
    with scripted(Said()) as server:
        ask(server, health, acting_for="ana")
        ask(server, lambda client: client.acting_for("josé").health(), key="k", acting_for="ana")
        first, second = server.asked
        assert first.headers["x-acting-for"] == "ana"
        assert second.headers["x-acting-for"].encode("latin-1").decode() == "josé"
        assert second.headers["x-api-key"] == "k"


def test_a_name_stays_one_part_of_the_path(ask: Ask) -> None:
    with scripted(Said(404, {})) as server:
        for name in ("MT/001", "..", "planta norte?x=1#y", "{name}"):
            with pytest.raises(NotFound):
                ask(server, lambda client, name=name: client.card(name))
        found = [each.path for each in server.asked]
    assert found == [
        "/v1/clients/MT%2F001/card",
        "/v1/clients/%2E%2E/card",
        "/v1/clients/planta%20norte%3Fx%3D1%23y/card",
        "/v1/clients/%7Bname%7D/card",
    ]


def test_a_time_without_an_offset_is_not_sent(ask: Ask) -> None:
    with scripted(Said()) as server:
        for asking in (
            lambda client: client.summary(datetime(2024, 7, 1)),
            lambda client: client.thresholds("7", datetime(2024, 7, 1), "2024-07-02T00:00:00Z"),
        ):
            with pytest.raises(FrameError, match=r"2024-07-01 00:00:00 has no offset"):
                ask(server, asking)
        assert server.asked == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ClientError), (401, Refused), (403, Refused), (404, NotFound), (408, ClientError), (409, Conflict),
        (412, Stale), (413, ClientError), (422, Invalid), (428, ClientError), (429, TooMany), (500, Fault),
        (502, Unavailable), (503, Unavailable), (504, Unavailable), (302, NotUnderstood), (304, NotUnderstood),
    ],
)  # fmt: skip
def test_a_refusal_is_an_error_of_its_kind_with_what_the_service_said(
    ask: Ask, status: int, kind: type[ClientError]
) -> None:
    wrong = [{"field": "body.level", "message": "one of three"}]
    body = {"type": "about:blank", "title": "No", "status": status, "detail": "it is not so", "errors": wrong}
    with scripted(Said(status, body, {"X-Request-Id": "r1"})) as server, pytest.raises(ClientError) as caught:
        ask(server, health, patience=Patience(retries=0))
    error = caught.value
    assert type(error) is kind
    assert (error.status, error.request_id) == (status, "r1")
    if status != 304:
        assert str(error) == f"GET /v1/health: it is not so ({status})"
        assert [(each.field, each.message) for each in error.errors] == [("body.level", "one of three")]


@pytest.mark.parametrize("content", [b"<html>Bad gateway</html>", b"", b"[]", b'{"detail": ["a"]}'])
def test_a_refusal_of_something_in_between_is_told_by_its_status(ask: Ask, content: bytes) -> None:
    with scripted(Said(500, content)) as server, pytest.raises(Fault, match=r"no success \(500\)"):
        ask(server, health)


@pytest.mark.parametrize(
    "content", [b"<html>", b"", b"[]", b"{}", b'{"release": 7}', b"\xff"], ids=lambda value: value.decode("latin-1")
)
def test_an_answer_of_something_else_is_not_taken_for_one(ask: Ask, content: bytes) -> None:
    with scripted(Said(200, content)) as server, pytest.raises(NotUnderstood, match="no answer that is known here"):
        ask(server, health)


def test_what_a_newer_service_adds_breaks_nothing_and_is_there(ask: Ask) -> None:
    with scripted(Said(body={**HEALTH, "weather": {"sky": "grey"}, "status": "sleepy"})) as server:
        found = ask(server, health)
    assert (found.status, found.weather) == ("sleepy", {"sky": "grey"})


def test_a_question_is_asked_again_after_waits_that_grow(ask: Ask) -> None:
    with scripted(BUSY, BUSY, BUSY, Said()) as server:
        patience = Patience(timeout=5, retries=3, first_wait=0.2)
        assert ask(server, health, patience=patience).clients == 3
        low, high = (0.1, 0.2, 0.4), (0.2, 0.4, 0.8)
        for pause, least, most in zip(server.pauses, low, high, strict=True):
            assert least <= pause < most + 0.3


def test_it_is_given_up_after_as_many_times_as_were_allowed(ask: Ask) -> None:
    with scripted(BUSY) as server:
        with pytest.raises(Unavailable, match="no release yet"):
            ask(server, health)
        assert len(server.asked) == 3


def test_a_broken_connection_is_tried_again(ask: Ask) -> None:
    with scripted(Said(breaks=True), Said()) as server:
        assert ask(server, health).clients == 3
        assert len(server.asked) == 2


def test_the_service_says_when_to_come_back(ask: Ask) -> None:
    with scripted(Said(429, {}, {"Retry-After": "1"}), Said()) as server:
        ask(server, health)
        assert 1 <= server.pauses[0] < 1.5


def test_a_wait_that_is_too_long_is_left_to_the_caller(ask: Ask) -> None:
    with scripted(Said(429, {}, {"Retry-After": "3600"})) as server:
        with pytest.raises(TooMany) as caught:
            ask(server, health)
        assert caught.value.retry_after == 3600
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("asking", "times"),
    [
        (lambda client: client.detect("7", [READING]), 3),
        (lambda client: client.forecast("7"), 3),
        (lambda client: client.post_readings("7", [READING]), 3),
        (lambda client: client.post_readings("7", [READING], key="k", retry=False), 3),
        (lambda client: client.post_readings("7", [READING], retry=False), 1),
        (lambda client: client.post_file(("7.csv", b"x")), 3),
        (lambda client: client.post_file(("7.csv", b"x"), retry=False), 1),
        (lambda client: client.announce("7", "2024-07-01T00:00:00Z", "a stop"), 1),
        (lambda client: client.accept_normal("7", "a", "usual"), 1),
        (lambda client: client.withdraw("7", 1), 1),
    ],
)
def test_only_what_counts_once_is_sent_again(ask: Ask, asking: Asking, times: int) -> None:
    with scripted(BUSY) as server:
        with pytest.raises(Unavailable):
            ask(server, asking)
        assert len(server.asked) == times
        assert len({each.headers.get("idempotency-key") for each in server.asked}) == 1


def test_a_refusal_is_not_asked_again(ask: Ask) -> None:
    with scripted(Said(409, {})) as server:
        with pytest.raises(Conflict):
            ask(server, lambda client: client.post_readings("7", [READING]))
        assert len(server.asked) == 1


def test_a_delivery_that_got_no_answer_is_sent_again_as_it_was(ask: Ask) -> None:
    with scripted(Said(breaks=True), Said(body=RECORDED)) as server:
        assert ask(server, lambda client: client.post_readings("7", [READING])).accepted == 1
        first, second = server.asked
        assert first.content == second.content
        assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
        assert first.body["readings"] == [{"timestamp": READING["timestamp"], "active_energy_kwh": None}]


@pytest.mark.parametrize("said", [Said(silent=30), Said(slowly=0.1)], ids=["silent", "a byte at a time"])
def test_an_answer_that_does_not_come_whole_in_time_is_given_up(ask: Ask, said: Said) -> None:
    with scripted(said) as server:
        start = time.monotonic()
        with pytest.raises(TimedOut, match=r"GET /v1/health: no answer within 0\.4 s"):
            ask(server, health, patience=Patience(timeout=0.4, retries=0))
        assert 0.3 < time.monotonic() - start < 2


def test_nobody_listening_is_told_with_the_address(ask: Ask) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(Unreachable, match=f"no answer from {address}") as caught:
        ask(address, health)
    assert caught.value.status is None


@pytest.mark.parametrize("address", ["", "nowhere", "ftp://127.0.0.1", "http://127.0.0.1:99999", "http://["])
def test_an_address_that_is_none_is_told(ask: Ask, address: str) -> None:
    with pytest.raises(ConfigError, match="the address of the service is like"):
        ask(address, health)


def test_words_are_asked_for_again_only_where_they_changed(ask: Ask) -> None:
    none: dict[str, object] = {
        name: [] for name in ("kinds", "classes", "causes", "stakes", "severities", "modes", "channels", "states",
                              "verdicts", "families", "problems", "roles")
    }  # fmt: skip
    words = {**none, "language": "es", "reason_codes": {"confirmed": [], "dismissed": []}}
    tagged = Said(body=words, headers={"ETag": '"a"'})

    def twice(client: Any) -> Any:
        if isinstance(client, Client):
            return [client.vocabulary(), client.vocabulary(), client.acting_for("ana").vocabulary()]

        async def awaited() -> Any:
            return [await client.vocabulary(), await client.vocabulary(), await client.acting_for("ana").vocabulary()]

        return awaited()

    with scripted(tagged, Said(304, b""), tagged) as server:
        first, second, third = ask(server, twice)
        assert first == second == third
        assert [each.headers.get("if-none-match") for each in server.asked] == [None, '"a"', None]


def test_importing_the_client_imports_nothing_of_the_science() -> None:
    heavy = ("pandas", "numpy", "scipy", "pyarrow", "xgboost", "onnxruntime", "fastapi", "sqlalchemy", "yaml")
    code = (
        "import sys, vigia; vigia.Client; vigia.AsyncClient;"
        f"print([name for name in {heavy} if name in sys.modules]);"
        "print(sorted(name for name in sys.modules if name.startswith('vigia.') and name.count('.') == 1))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n['vigia.client', 'vigia.errors']\n"
