"""The service's answers, and each way of not getting one."""

import socket
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from dashboard.service import RefusedError, ServiceAwayError, ServiceClient, as_they_come, together
from dashboard.words import DEFAULT, Words, words_of
from tests.dashboard.fake_service import HEAD, running
from tests.dashboard.sessions import client_of
from tests.support.loops import finished

ES, EN = words_of("es"), words_of("en")
Asking = Callable[[ServiceClient], Coroutine[Any, Any, Any]]


def asked(asking: Asking, address: str = "", timeout: float = 5, words: Words = DEFAULT) -> Any:
    """What a service at an address, or a fake one, answers."""

    async def ask(where: str) -> Any:
        async with client_of(where, timeout, words) as client:
            return await asking(client)

    if address:
        return finished(ask(address))
    with running() as fake:
        return finished(ask(fake))


def test_lists_are_read_to_the_last_page() -> None:
    assert [event["event_id"] for event in asked(lambda client: client.events())] == ["e1", "e2", "e3", "e4"]
    assert [event["event_id"] for event in asked(lambda client: client.events(client_id="2"))] == ["e3"]


def test_an_unknown_client_is_refused_with_the_reason() -> None:
    with pytest.raises(RefusedError, match=r"No existe lo que se pidió\. unknown client nadie/7"):
        asked(lambda client: client.client("nadie/7"))


def test_calls_made_together_keep_their_own_refusals() -> None:
    found = asked(lambda client: together(health=client.health(), lost=client.client("nadie")))
    assert found["health"]["clients"] == 4
    assert isinstance(found["lost"], RefusedError)


def test_answers_come_as_they_are_there_and_a_slow_one_takes_nothing_from_the_others() -> None:
    async def asking(client: ServiceClient) -> list[tuple[list[str], float]]:
        start, seen = time.monotonic(), []
        answers = as_they_come(0.2, health=client.health(), slow=client.client("2"))
        async for found in answers:
            seen.append((sorted(found), time.monotonic() - start))
        assert isinstance(found["slow"], ServiceAwayError)
        return seen

    with running(odd={"clients/2": (30.0, None)}) as address:
        seen = asked(asking, address, timeout=2)
    assert [names for names, _ in seen] in ([["health"], ["health", "slow"]], [[], ["health"], ["health", "slow"]])
    assert seen[-2][1] < 2 < seen[-1][1] < 4


@pytest.mark.parametrize(
    ("forced", "error", "sentence"),
    [
        ((503, {"title": "x"}), ServiceAwayError, "todavía no tiene datos publicados"),
        ((500, b"boom"), ServiceAwayError, "código 500"),
        ((429, {}), ServiceAwayError, "código 429"),
        ((401, {}), RefusedError, "clave de acceso"),
        ((422, {"detail": "start: malformed"}), RefusedError, "no aceptó el filtro. start: malformed"),
        ((200, b"<html>"), ServiceAwayError, "no es el servicio de Vigía"),
        ((200, []), ServiceAwayError, "no es el servicio de Vigía"),
    ],
    ids=["no release", "fault", "too many", "no key", "malformed", "another server", "no object"],
)
def test_a_failure_is_a_sentence(forced: tuple[int, object], error: type[Exception], sentence: str) -> None:
    with running(forced) as address, pytest.raises(error, match=sentence):
        asked(lambda client: client.health(), address)


def test_a_list_that_is_none_is_no_answer_of_vigia() -> None:
    with (
        running((200, {"items": None})) as address,
        pytest.raises(ServiceAwayError, match="no es el servicio de Vigía"),
    ):
        asked(lambda client: client.clients(), address)


def test_nobody_listening_is_said_with_the_address() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ServiceAwayError, match=f"No hay conexión con el servicio en http://127.0.0.1:{port}"):
        asked(lambda client: client.health(), f"http://127.0.0.1:{port}")


def test_a_silent_service_is_given_up_after_the_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        start = time.monotonic()
        with pytest.raises(ServiceAwayError, match=r"no respondió en 0\.3 s"):
            asked(lambda client: client.health(), f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.3)
        assert time.monotonic() - start < 3


def test_every_answer_says_until_when_the_data_go() -> None:
    assert asked(lambda client: client.health())["data_until"] == HEAD["data_until"]


def test_a_failure_is_said_in_the_language_of_the_session() -> None:
    with running((503, {})) as address, pytest.raises(ServiceAwayError, match="no published data yet"):
        asked(lambda client: client.health(), address, words=EN)


def test_the_service_is_asked_for_its_words_in_the_language_of_the_session() -> None:
    assert asked(lambda client: client.vocabulary(), words=ES).short("kinds", "spike") == "pico"
    assert asked(lambda client: client.vocabulary(), words=EN).short("kinds", "spike") == "isolated spike"


@pytest.mark.parametrize("body", [{"kinds": [{"short": "sin nombre"}]}, {"kinds": "todas"}], ids=["no name", "no list"])
def test_a_vocabulary_of_another_form_is_no_answer_of_vigia(body: dict[str, object]) -> None:
    with running((200, body)) as address, pytest.raises(ServiceAwayError, match="no es el servicio de Vigía"):
        asked(lambda client: client.vocabulary(), address)
