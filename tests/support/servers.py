"""A mail server and a receiver of webhooks on the loopback address, which answer as a test tells them to."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.serving.running import free_port

HOST = "127.0.0.1"
GOOD = "250 2.0.0 queued as 1"
CLOSE, WAIT = "close", "wait"
"""Instead of an answer: the connection is closed, or nothing is said for a while."""
LONG_SECONDS = 5.0


@dataclass
class MailServer:
    """What came, and what is answered.

    Attributes:
        answers: by command, what is answered; another one is taken. A list is used up, one answer a time.
        taken: raw mails that were accepted, in order.
        senders, recipients: of them.
        passwords: user and password that were given.
    """

    port: int = 0
    answers: dict[str, str | list[str]] = field(default_factory=dict)
    taken: list[bytes] = field(default_factory=list)
    senders: list[str | None] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    passwords: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted, parsed."""
        found = [message_from_bytes(each, policy=default) for each in self.taken]
        return [each for each in found if isinstance(each, EmailMessage)]

    async def handle_MAIL(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._answer("MAIL", server) or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = await self._answer("RCPT", server)
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        said = await self._answer("DATA", server)
        if said is None or said.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(envelope.content)
            self.senders.append(envelope.mail_from)
            self.recipients.append(list(envelope.rcpt_tos))
        return said or GOOD

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.passwords.append((given.login, given.password))
        return AuthResult(success=given.password == b"right", handled=False)

    async def _answer(self, command: str, server: SMTP) -> str | None:
        told = self.answers.get(command)
        if isinstance(told, list):
            told = told.pop(0) if told else None
        if told == WAIT:
            await asyncio.sleep(LONG_SECONDS)
            return None
        if told == CLOSE:
            assert server.transport is not None
            server.transport.close()
        return told


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, implicit: bool = False, auth: bool = False) -> Iterator[MailServer]:
    """Run a mail server.

    Args:
        tls: with which it encrypts, after STARTTLS; none = it cannot.
        implicit: it encrypts from the start.
        auth: it wants a user and a password, after STARTTLS.
    """
    server = MailServer()
    options: dict[str, Any] = {"ssl_context": tls} if implicit else {"tls_context": tls}
    if auth:
        options |= {"auth_required": True, "authenticator": server.authenticate}
    server.port = free_port()
    controller = Controller(server, hostname=HOST, port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS with a certificate made for the loopback address, and the file to trust it by."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "trusted.pem", folder / "key.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, trusted


@dataclass
class Receiver:
    """A receiver of webhooks.

    Attributes:
        statuses: what it answers, one after the other, and then 200; 0 = nothing for a while, -1 = it closes.
        came: path, headers and body of each request.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a receiver of webhooks."""
    found, stop = Receiver(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.came.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status = found.statuses.pop(0) if found.statuses else 200
            if status == -1:
                return
            if status == 0:
                stop.wait(LONG_SECONDS)
                return
            self.send_response(status)
            self.send_header("Content-Length", "6")
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(b"secret")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer((HOST, 0), Handler)
    found.url = f"http://{HOST}:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        thread.join()
