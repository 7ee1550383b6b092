"""The public data over the network, here a local server with faults."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vigia.config.sections.fetch import RepositoryParams
from vigia.errors import SourceError
from vigia.ingest import sources
from vigia.ingest.download import blob_digest, download

FILES = {"DATOSCLIENTE1.csv": b"Fecha,Active_energy\n2023-01-01,1\n", "sector.xlsx": b"\x00\x01", "README.md": b"no"}
Fault = Callable[[BaseHTTPRequestHandler, bytes], bool]


class Repository:
    """A listing and its files on loopback; `faults` are used up one a request of a file."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        repository = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                repository.requests.append(self.path)
                name = self.path.rsplit("/", 1)[-1]
                body = repository.listing() if name == "contents" else FILES.get(name, b"")
                if name != "contents" and repository.faults and repository.faults.pop(0)(self, body):
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def listing(self) -> bytes:
        entries = [
            {
                "type": "file",
                "name": name,
                "size": len(body),
                "sha": blob_digest(body),
                "download_url": f"{self.url}/{name}",
            }
            for name, body in FILES.items()
        ]
        return json.dumps([*entries, {"type": "dir", "name": "docs"}]).encode()

    def params(self, attempts: int = 3) -> RepositoryParams:
        return RepositoryParams(listing_url=f"{self.url}/contents", timeout_seconds=5, attempts=attempts)


@pytest.fixture
def repository() -> Iterator[Repository]:
    found = Repository()
    yield found
    found.server.shutdown()
    found.server.server_close()


def answers(status: int, **headers: str) -> Fault:
    def fault(handler: BaseHTTPRequestHandler, _: bytes) -> bool:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True

    return fault


def truncated(handler: BaseHTTPRequestHandler, body: bytes) -> bool:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:5])
    return True


def other_content(handler: BaseHTTPRequestHandler, body: bytes) -> bool:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(b"x" * len(body))
    return True


def reset(handler: BaseHTTPRequestHandler, _: bytes) -> bool:
    handler.connection.shutdown(socket.SHUT_RDWR)
    return True


@pytest.mark.parametrize(
    "fault", [answers(503), truncated, other_content, reset], ids=["503", "cut", "altered", "reset"]
)
def test_a_passing_fault_is_tried_again_after_a_growing_wait(
    repository: Repository, tmp_path: Path, fault: Fault
) -> None:
    repository.faults = [fault, fault]
    waits: list[float] = []
    names = download(repository.params(), tmp_path, sources.SUFFIXES, waits.append)
    assert sorted(names) == ["DATOSCLIENTE1.csv", "sector.xlsx"]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {n: FILES[n] for n in names}
    assert len(waits) == 2
    assert waits[1] > waits[0] >= 1


def test_the_server_s_own_wish_to_wait_is_respected(repository: Repository, tmp_path: Path) -> None:
    repository.faults = [answers(429, Retry_After="7")]
    waits: list[float] = []
    download(repository.params(), tmp_path, sources.SUFFIXES, waits.append)
    assert waits == [7.0]


@pytest.mark.parametrize(
    ("faults", "message"),
    [([answers(404)], "HTTP 404"), ([other_content] * 3, "digest"), ([truncated] * 3, "given up after 3 attempts")],
    ids=["not there", "always altered", "always cut"],
)
def test_a_lasting_fault_leaves_the_former_data_as_they_were(
    repository: Repository, tmp_path: Path, faults: list[Fault], message: str
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "old.csv").write_text("old")
    repository.faults = faults
    with pytest.raises(SourceError, match=message):
        sources.bring(lambda f: download(repository.params(), f, sources.SUFFIXES, lambda _: None), raw, "electrodunas")
    assert [path.name for path in raw.iterdir()] == ["old.csv"]


def test_no_network_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    params = RepositoryParams(listing_url=f"http://127.0.0.1:{port}/contents", attempts=2)
    with pytest.raises(SourceError, match="Is there a network"):
        download(params, tmp_path, sources.SUFFIXES, lambda _: None)


def test_a_listing_that_is_none_is_refused(repository: Repository, tmp_path: Path) -> None:
    repository.listing = lambda: b"<html>"  # type: ignore[method-assign] # the fault of this test
    with pytest.raises(SourceError, match="listing of files"):
        download(repository.params(), tmp_path, sources.SUFFIXES, lambda _: None)
