"""A real HTTP server that answers as a test wrote it down, and keeps what it was asked."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread
from typing import Any

HEALTH = {
    "release": "f00d", "data_until": "2024-06-30T23:00:00-05:00", "status": "ok", "fleet": "demo",
    "timezone": "America/Lima", "clients": 3, "problems": [],
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One answer. `slowly`: seconds before each byte of the body; `silent`: seconds before anything is said."""

    status: int = 200
    body: object = field(default_factory=lambda: HEALTH)
    headers: Mapping[str, str] = field(default_factory=dict)
    slowly: float = 0.0
    silent: float = 0.0
    breaks: bool = False

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Asked:
    """One request as it came, and when."""

    verb: str
    path: str
    headers: dict[str, str]
    content: bytes
    at: float

    @property
    def body(self) -> Any:
        """Its JSON."""
        return json.loads(self.content)


@dataclass
class Scripted:
    """Where the server is, and what it was asked until now."""

    address: str
    asked: list[Asked]

    @property
    def pauses(self) -> list[float]:
        """Seconds between one request and the next."""
        times = [each.at for each in self.asked]
        return [later - earlier for earlier, later in pairwise(times)]


@contextmanager
def scripted(*answers: Said) -> Iterator[Scripted]:
    """Serve these answers, one a request; the last one is given from then on."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            with suppress(ConnectionError):
                super().handle_one_request()

        def answer(self) -> None:
            said = answers[min(len(asked), len(answers) - 1)]
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append(Asked(self.command, self.path, headers, content, time.monotonic()))
            if said.breaks:
                self.close_connection = True
                return
            time.sleep(said.silent)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if said.status != 304:
                self.send_header("Content-Length", str(len(said.content)))
            self.end_headers()
            for byte in said.content if said.slowly else ():
                time.sleep(said.slowly)
                self.wfile.write(bytes([byte]))
            if not said.slowly and said.status != 304:
                self.wfile.write(said.content)

        do_GET = do_POST = do_PATCH = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Scripted(f"http://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
