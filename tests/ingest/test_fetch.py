"""Bringing sources to data/raw; the network is a local server with faults."""

import hashlib
import json
import os
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
    (source / "notes.pdf").write_text("not taken")
    assert sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder").changed
    assert not sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder").changed
    (source / "b.csv").write_text("2")
    (source / "a.csv").unlink()
    assert sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder").changed
    assert sorted(path.name for path in raw.iterdir()) == ["b.csv", "manifest.json"]
    manifest = json.loads((raw / "manifest.json").read_text())
    assert manifest["files"]["b.csv"]["sha256"] == hashlib.sha256(b"2").hexdigest()


VERDICTS, SITE_LOG = "verdicts.csv", "site_log.csv"


def brings(content: dict[str, str]) -> Callable[[Path], None]:
    def fill(folder: Path) -> None:
        for name, text in content.items():
            (folder / name).write_text(text)

    return fill


@pytest.mark.parametrize("kind", ["demo", "electrodunas", "folder"])
def test_what_people_wrote_stays_when_the_same_fleet_is_brought_again(tmp_path: Path, kind: str) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({"a.csv": "1", SITE_LOG: "of the source"}), raw, kind, "north")
    (raw / VERDICTS).write_text("written by a person")
    (raw / SITE_LOG).write_text("of the source, and a line more")
    for text in ("1", "2", "2"):
        brought = sources.bring(brings({"a.csv": text, SITE_LOG: "of the source"}), raw, kind, "north")
        assert not brought.aside
        assert (raw / VERDICTS).read_text() == "written by a person"
        assert (raw / SITE_LOG).read_text() == "of the source, and a line more"


def test_what_people_wrote_of_one_fleet_is_not_said_of_another_and_comes_back(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({"a.csv": "1"}), raw, "demo", "demo")
    (raw / VERDICTS).write_text("of the demo")
    for fleet in ("north", "south"):
        sources.bring(brings({"b.csv": "2"}), raw, "folder", fleet)
        assert not (raw / VERDICTS).exists()
        (raw / VERDICTS).write_text(f"of the {fleet}")
    for fleet in ("demo", "north", "south"):
        sources.bring(brings({"a.csv": "1"}), raw, "demo", fleet)
        assert (raw / VERDICTS).read_text() == f"of the {fleet}"
        assert (tmp_path / "records" / fleet / VERDICTS).read_text() == f"of the {fleet}"


def test_where_source_and_person_changed_a_file_the_source_s_is_taken_and_the_other_kept_aside(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({SITE_LOG: "first"}), raw, "folder", "north")
    (raw / SITE_LOG).write_text("written by a person")
    (aside,) = sources.bring(brings({SITE_LOG: "second"}), raw, "folder", "north").aside
    assert (raw / SITE_LOG).read_text() == "second"
    for _ in range(2):
        sources.bring(brings({SITE_LOG: "second"}), raw, "folder", "north")
        assert aside.read_text() == "written by a person"
    assert (raw / SITE_LOG).read_text() == "second"


def test_what_a_source_no_longer_brings_goes_and_what_a_person_took_away_stays_away(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({"a.csv": "1", SITE_LOG: "of the source"}), raw, "folder", "north")
    (raw / VERDICTS).write_text("written by a person")
    sources.bring(brings({"a.csv": "1"}), raw, "folder", "north")
    assert sorted(path.name for path in raw.glob("*.csv")) == ["a.csv", VERDICTS]
    (raw / VERDICTS).unlink()
    sources.bring(brings({"a.csv": "2"}), raw, "folder", "north")
    assert sorted(path.name for path in raw.glob("*.csv")) == ["a.csv"]
    assert [path.read_text() for path in (tmp_path / "records" / "north").glob("verdicts.*.csv")] == [
        "written by a person"
    ]


def test_what_was_written_before_sources_were_noted_is_kept_too(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    brings({"a.csv": "1", VERDICTS: "written by a person"})(_made(raw))
    (raw / "manifest.json").write_text('{"source": "folder", "files": {}}')
    sources.bring(brings({"b.csv": "2"}), raw, "demo", "demo", former="north")
    assert not (raw / VERDICTS).exists()
    sources.bring(brings({"a.csv": "1"}), raw, "folder", "north")
    assert (raw / VERDICTS).read_text() == "written by a person"


def test_what_is_written_while_a_source_is_brought_is_kept_aside(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({"a.csv": "1"}), raw, "demo", "demo")

    def slow(folder: Path) -> None:
        brings({"a.csv": "2"})(folder)
        (raw / VERDICTS).write_text("written meanwhile")

    (aside,) = sources.bring(slow, raw, "demo", "demo").aside
    assert aside.read_text() == "written meanwhile"


@pytest.mark.parametrize("renames", range(4))
def test_a_kill_between_two_renames_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({"a.csv": "1"}), raw, "folder", "north")
    (raw / VERDICTS).write_text("written by a person")
    whole, asked = {name: getattr(Path, name) for name in ("rename", "replace")}, 0

    def dying(name: str) -> Callable[[Path, Path], Path]:
        def move(path: Path, target: Path) -> Path:
            nonlocal asked
            asked += 1
            if asked > renames:
                raise KeyboardInterrupt
            moved: Path = whole[name](path, target)
            return moved

        return move

    with monkeypatch.context() as patched:
        for name in whole:
            patched.setattr(Path, name, dying(name))
        with pytest.raises(KeyboardInterrupt):
            sources.bring(brings({"a.csv": "2"}), raw, "folder", "north")
    sources.bring(brings({"a.csv": "2"}), raw, "folder", "north")
    assert {path.name: path.read_text() for path in raw.glob("*.csv")} == {
        "a.csv": "2",
        VERDICTS: "written by a person",
    }
    assert not [path for path in tmp_path.iterdir() if path.name in ("raw.former", "raw.partial")]


@pytest.mark.parametrize("way", ["link", "relative link", "link of a folder", "pipe"])
def test_what_leads_out_of_the_source_or_is_no_file_is_refused(tmp_path: Path, way: str) -> None:
    source, raw = _made(tmp_path / "source"), tmp_path / "raw"
    (source / "a.csv").write_text("1")
    (tmp_path / "secret.csv").write_text("2")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.csv").write_text("3")
    if way == "pipe":
        os.mkfifo(source / "b.csv")
    elif way == "link of a folder":
        (source / "folder").symlink_to(tmp_path / "elsewhere")
        (source / "b.csv").symlink_to("folder/b.csv")
    else:
        (source / "b.csv").symlink_to(tmp_path / "secret.csv" if way == "link" else "../secret.csv")
    with pytest.raises(SourceError, match=r"b\.csv (leads out of|is no file)"):
        sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    assert not raw.exists()


def test_a_link_to_a_file_of_the_same_folder_is_copied(tmp_path: Path) -> None:
    source, raw = _made(tmp_path / "source"), tmp_path / "raw"
    (source / "a.txt").write_text("1")
    (source / "a.csv").symlink_to("a.txt")
    sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    assert (raw / "a.csv").read_text() == "1"
    assert not (raw / "a.csv").is_symlink()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


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
