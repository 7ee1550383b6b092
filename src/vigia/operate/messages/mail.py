"""Mail: a message as it is sent, and its way to the server.

An answer that speaks of the message decides: 4xx is tried again, 5xx is not. What goes wrong before there is one
(connection, encryption, password) says nothing of the message, so it is tried again.
"""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from vigia.config.settings import Mail
from vigia.operate.messages.answer import AGAIN, REFUSED, SENT, Answer
from vigia.operate.messages.words.formats import plain
from vigia.store.messages.outbox import Message

NAME = "Vigía"
LONGEST_SUBJECT = 200
TAKEN = (250, 251)
BEFORE = (smtplib.SMTPException, OSError, UnicodeError)
"""What may go wrong before a message is given; a password of other letters is a `UnicodeError`."""


def written(message: Message, sender: str) -> bytes:
    """A message of the outbox as a mail, the same bytes each time."""
    content = message.content
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = message.message_id
    mail["Date"] = format_datetime(message.created_at)
    mail["From"] = f'"{NAME}" <{sender}>'
    mail["To"] = message.address
    mail["Subject"] = _one_header(content["subject"])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(content["text"], cte="quoted-printable")
    mail.add_alternative(content["html"], subtype="html", cte="quoted-printable")
    mail.set_boundary(f"vigia-{message.message_id.strip('<>').partition('@')[0]}")
    return _list_headers(content.get("unsubscribe", "")) + mail.as_bytes()


def send(settings: Mail, message: Message) -> Answer:
    """Give a mail to the server."""
    content = written(message, settings.sender)
    try:
        server = _opened(settings)
    except BEFORE as error:
        return Answer(AGAIN, _words(error), reached=False)
    try:
        return _given(server, settings.sender, message.address, content)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        return Answer(AGAIN, _words(error))
    finally:
        server.close()


def _one_header(text: str) -> str:
    """A text that stays in its header: the standard library would read `=?...?=` in it as encoded, line breaks too."""
    return plain(text, LONGEST_SUBJECT).replace("=?", "= ?")


def _list_headers(unsubscribe: str) -> bytes:
    """RFC 8058. Written by hand: the standard library would encode a long address, which no program then finds."""
    if not unsubscribe:
        return b""
    lines = (f"List-Unsubscribe: <{unsubscribe}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _opened(settings: Mail) -> smtplib.SMTP:
    """A session in which mail can be given."""
    context = ssl.create_default_context()
    place = settings.host, settings.port
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=settings.timeout_seconds, context=context)
    else:
        server = smtplib.SMTP(*place, timeout=settings.timeout_seconds)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
        if settings.user:
            server.login(settings.user, settings.password)
    except BEFORE:
        server.close()
        raise
    return server


def _given(server: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> Answer:
    code, said = server.mail(sender)
    if code in TAKEN:
        code, said = server.rcpt(recipient)
    if code in TAKEN:
        try:
            code, said = server.data(content)
        except smtplib.SMTPDataError as error:
            code, said = error.smtp_code, _bytes(error.smtp_error)
        if code in TAKEN:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            return Answer(SENT, _answer(code, said))
    return Answer(AGAIN if code < 500 else REFUSED, _answer(code, said))


def _answer(code: int, said: bytes) -> str:
    return f"{code} {plain(said.decode('utf-8', 'replace'), 400)}"


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, _bytes(error.smtp_error))
    return f"{type(error).__name__}: {plain(str(error), 400)}"
