"""Bringing sources to data/raw; the network is a local server with faults."""

import hashlib
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


def test_a_folder_is_copied_and_only_a_change_counts(tmp_path: Path) -> None:
    source, raw = tmp_path / "source", tmp_path / "raw"
    source.mkdir()
    (source / "a.csv").write_text("1")
    (source / "notes.txt").write_text("not taken")
    assert sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    assert not sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    (source / "b.csv").write_text("2")
    (source / "a.csv").unlink()
    assert sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    assert sorted(path.name for path in raw.iterdir()) == ["b.csv", "manifest.json"]
    manifest = json.loads((raw / "manifest.json").read_text())
    assert manifest["files"]["b.csv"]["sha256"] == hashlib.sha256(b"2").hexdigest()


@pytest.mark.parametrize(
    ("kind", "kept"), [("demo", ["a.csv", "verdicts.csv"]), ("electrodunas", ["a.csv"]), ("folder", ["a.csv"])]
)
def test_what_people_wrote_stays_when_the_same_source_is_brought_again(
    tmp_path: Path, kind: str, kept: list[str]
) -> None:
    raw = tmp_path / "raw"

    def fill(folder: Path) -> None:
        (folder / "a.csv").write_text("1")

    sources.bring(fill, raw, "demo" if kind == "electrodunas" else kind)
    (raw / "verdicts.csv").write_text("written by a person")
    assert sources.bring(fill, raw, kind) == (kind != "demo")
    assert sorted(path.name for path in raw.glob("*.csv")) == kept


def test_a_site_log_of_the_source_replaces_the_former_one(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "site_log.csv").write_text("of the source")

    sources.bring(fill, tmp_path / "raw", "demo")
    (tmp_path / "raw" / "site_log.csv").write_text("changed")
    sources.bring(fill, tmp_path / "raw", "demo")
    assert (tmp_path / "raw" / "site_log.csv").read_text() == "of the source"


def test_the_fleet_s_name_is_set_and_every_comment_stays(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("# all\nfleet:\n  # what\n  name: demo # old\n  country: PE\nother:\n  name: x\n")
    sources.set_fleet_name(path, "norte")
    assert path.read_text() == "# all\nfleet:\n  # what\n  name: norte # old\n  country: PE\nother:\n  name: x\n"


def test_a_source_that_does_not_exist_says_what_a_source_is(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="`demo`, `electrodunas` or a folder"):
        sources.copy_folder(tmp_path / "nowhere", tmp_path)


def test_a_source_with_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    source, raw = tmp_path / "source", tmp_path / "raw"
    source.mkdir()
    (source / "a.csv").write_text("x", encoding="utf-8")
    sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    (source / "b.csv").symlink_to("taken away")
    with pytest.raises(SourceError, match=r"b\.csv cannot be read .*; nothing was taken"):
        sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    assert [path.name for path in raw.glob("*.csv")] == ["a.csv"]
