"""Whatever address is asked for: never an internal error, never a traceback in the log."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dashboard.entry import LONGEST_QUERY
from tests.dashboard.conftest import served_dashboard
from tests.dashboard.fake_service import running


class Served(NamedTuple):
    """A running dashboard: its port and its log."""

    port: int
    log: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("entry")
    with running() as service:
        for address in served_dashboard(service, folder):
            yield Served(int(address.rsplit(":", 1)[1]), folder / "server.log")


def asked(port: int, target: bytes) -> tuple[int, bytes]:
    """Status and body of the answer to a request of raw bytes."""
    request = b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n" % port
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(request)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body


def unspoken(log: Path) -> bool:
    """Whether the log holds no failure."""
    text = log.read_text(encoding="utf-8", errors="replace")
    return not any(word in text for word in ("Traceback", "Uncaught", "ERROR"))


@pytest.mark.parametrize(
    "query",
    [
        "buscar=%ff", "%ff=1", "cliente=%00", "vista=a&vista=b", "inicio=%ff&fin=9999-99-99", "=", "&&&",
        "cliente=%ed%a0%80",
        "inicio=0001-01-01T00:00&fin=9999-12-31T23:00&cliente=1",
        "fin=2024-01-01T00:00&inicio=2024-05-01T00:00&cliente=1",
        "vista=cliente&cliente=../..", "gravedad=x&sector=y&idioma=z&tema=w&tipo=v&estado=u&evento=t",
        "&".join(f"a{number}=1" for number in range(300)),
    ],
)  # fmt: skip
def test_a_page_opens_whatever_its_filters_say(served: Served, query: str) -> None:
    status, body = asked(served.port, f"/?{query}".encode())
    assert status == 200
    assert "Vigía" in body.decode()
    assert unspoken(served.log)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/?theme=%ff", 400),
        ("/?bokeh-token=abc", 400),
        ("/?bokeh-session-id=%ff", 400),
        ("/autoload.js?bokeh-autoload-element=x&bokeh-absolute-url=http://[", 400),
        ("/?buscar=" + "x" * LONGEST_QUERY, 414),
        ("/%ff", 404),
        ("/nada?x=1", 404),
        ("//", 404),
    ],
)
def test_an_address_that_is_none_is_refused(served: Served, target: str, status: int) -> None:
    assert asked(served.port, target.encode())[0] == status
    assert unspoken(served.log)


LETTERS = st.binary(max_size=60).map(lambda raw: bytes(byte for byte in raw if byte not in b" \r\n\t\x0b\x0c\x00#"))
NAMES = st.sampled_from(
    [b"vista", b"cliente", b"sector", b"inicio", b"fin", b"evento", b"buscar", b"idioma", b"tema", b"theme", b"bokeh-x"]
)
VALUES = st.sampled_from(
    [b"%ff", b"%00", b"cliente", b"1", b"2024-05-01T00:00", b"2024-05-01T99:00", b"%F0%9F%98%80", b"+", b""]
)
PAIRS = st.lists(st.tuples(NAMES | LETTERS, VALUES | LETTERS), max_size=6)
TARGETS = PAIRS.map(lambda pairs: b"/?" + b"&".join(name + b"=" + value for name, value in pairs)) | LETTERS.map(
    lambda path: b"/" + path
)


@settings(
    max_examples=int(os.environ.get("VIGIA_ENTRY_EXAMPLES", "40")), deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@example(target=b"/?buscar=\xff")
@example(target=b"/?" + b"a=%ff&" * 200)
@given(target=TARGETS)
def test_no_address_is_an_internal_error(served: Served, target: bytes) -> None:
    assert asked(served.port, target)[0] < 500
    assert unspoken(served.log)
