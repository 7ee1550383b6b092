"""The service's answers, and each way of not getting one."""

import socket
import time
from collections.abc import Iterator

import pytest

from dashboard.service import RefusedError, ServiceAwayError, ServiceClient
from dashboard.words import words_of
from tests.dashboard.fake_service import HEAD, running

ES, EN = words_of("es"), words_of("en")


@pytest.fixture
def client() -> Iterator[ServiceClient]:
    with running() as address:
        client = ServiceClient(address, 5, ES)
        yield client
        client.close()


def test_lists_are_read_to_the_last_page(client: ServiceClient) -> None:
    assert [event["event_id"] for event in client.events()] == ["e1", "e2", "e3", "e4"]
    assert [event["event_id"] for event in client.events(client_id="2")] == ["e3"]


def test_an_unknown_client_is_refused_with_the_reason(client: ServiceClient) -> None:
    with pytest.raises(RefusedError, match=r"No existe lo que se pidió\. unknown client nadie/7"):
        client.client("nadie/7")


def test_calls_made_together_keep_their_own_refusals(client: ServiceClient) -> None:
    found = client.together(health=client.health, lost=lambda: client.client("nadie"))
    assert found["health"]["clients"] == 4
    assert isinstance(found["lost"], RefusedError)


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
    with running(forced) as address:
        client = ServiceClient(address, 5, ES)
        with pytest.raises(error, match=sentence):
            client.health()
        client.close()


def test_nobody_listening_is_said_with_the_address() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client = ServiceClient(f"http://127.0.0.1:{port}", 5, ES)
    with pytest.raises(ServiceAwayError, match=f"No hay conexión con el servicio en http://127.0.0.1:{port}"):
        client.health()
    client.close()


def test_a_silent_service_is_given_up_after_the_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        client = ServiceClient(f"http://127.0.0.1:{silent.getsockname()[1]}", 0.3, ES)
        start = time.monotonic()
        with pytest.raises(ServiceAwayError, match=r"no respondió en 0\.3 s"):
            client.health()
        assert time.monotonic() - start < 3
        client.close()


def test_every_answer_says_until_when_the_data_go(client: ServiceClient) -> None:
    assert client.health()["data_until"] == HEAD["data_until"]


def test_a_failure_is_said_in_the_language_of_the_session() -> None:
    with running((503, {})) as address:
        client = ServiceClient(address, 5, EN)
        with pytest.raises(ServiceAwayError, match="no published data yet"):
            client.health()
        client.close()


def test_the_service_is_asked_for_its_words_in_the_language_of_the_session() -> None:
    with running() as address:
        spanish, english = (ServiceClient(address, 5, words) for words in (ES, EN))
        assert spanish.vocabulary().short("kinds", "spike") == "pico"
        assert english.vocabulary().short("kinds", "spike") == "isolated spike"
        spanish.close()
        english.close()


@pytest.mark.parametrize("body", [{"kinds": [{"short": "sin nombre"}]}, {"kinds": "todas"}], ids=["no name", "no list"])
def test_a_vocabulary_of_another_form_is_no_answer_of_vigia(body: dict[str, object]) -> None:
    with running((200, body)) as address:
        client = ServiceClient(address, 5, ES)
        with pytest.raises(ServiceAwayError, match="no es el servicio de Vigía"):
            client.vocabulary()
        client.close()
