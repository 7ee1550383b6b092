"""A mail and its way to a real server, which takes it, refuses it, is slow, or goes away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers import CLOSE, GOOD, HOST, WAIT, MailServer, certificate, mail_server
from vigia.config.settings import Mail
from vigia.operate.messages import mail
from vigia.operate.messages.answer import Answer
from vigia.store.messages.outbox import Message

NOW = datetime(2024, 7, 1, 11, 0, tzinfo=UTC)
LINK = "https://vigia.example.com/some/longer/path/of/a/proxy/v1/unsubscribe?token=12.abcdefghijklmnopqrstuv"


def message(**content: str) -> Message:
    said = {"subject": "Vigía: 3 nuevas", "text": "Línea\n.\n..punto\n", "html": "<p>Línea</p>\n", **content}
    name = "<abc@vigia.example.com>"
    return Message(
        1, "k", "digest", "mail", 1, NOW.date(), "ana@example.com", name, said, NOW, NOW, 1, NOW, None, None, None
    )


def settings(server: MailServer, **more: Any) -> Mail:
    values = {"security": "none", "timeout_seconds": 1.0, "sender": "vigia@example.com", **more}
    return Mail(host=HOST, port=server.port, **values)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


def test_a_mail_arrives_whole_with_its_name_and_the_answer_is_kept(server: MailServer) -> None:
    assert mail.send(settings(server), message(unsubscribe=LINK)) == Answer("sent", GOOD)
    assert (server.senders, server.recipients) == (["vigia@example.com"], [["ana@example.com"]])
    (found,) = server.mails
    assert found["Message-ID"] == "<abc@vigia.example.com>"
    assert (found["Subject"], found["To"]) == ("Vigía: 3 nuevas", "ana@example.com")
    assert found["From"].addresses[0].addr_spec == "vigia@example.com"
    assert found["Date"].datetime == NOW
    parts = {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in found.iter_parts()}
    assert parts == {"text/plain": "Línea\n.\n..punto\n", "text/html": "<p>Línea</p>\n"}


def test_the_link_that_ends_it_stands_in_one_piece_where_mail_programs_look(server: MailServer) -> None:
    mail.send(settings(server), message(unsubscribe=LINK))
    assert f"\r\nList-Unsubscribe: <{LINK}>\r\n".encode() in b"\r\n" + server.taken[0]
    assert server.mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    mail.send(settings(server), message())
    assert server.mails[1]["List-Unsubscribe"] is None


def test_the_same_message_has_the_same_bytes_each_time() -> None:
    assert mail.written(message(), "vigia@example.com") == mail.written(message(), "vigia@example.com")


@pytest.mark.parametrize(
    ("command", "said", "outcome"),
    [
        ("MAIL", "451 4.3.0 later", "again"),
        ("MAIL", "550 5.7.1 not you", "refused"),
        ("RCPT", "450 4.2.1 greylisted", "again"),
        ("RCPT", "550 5.1.1 no such user", "refused"),
        ("DATA", "451 4.3.0 disk full", "again"),
        ("DATA", "554 5.7.1 looks like spam", "refused"),
    ],
)
def test_4xx_is_tried_again_and_5xx_is_not(server: MailServer, command: str, said: str, outcome: str) -> None:
    server.answers[command] = said
    assert mail.send(settings(server), message()) == Answer(outcome, said)  # type: ignore[arg-type] # one of the three
    assert server.taken == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("how", [CLOSE, WAIT])
def test_a_server_that_goes_away_or_says_nothing_is_tried_again(server: MailServer, command: str, how: str) -> None:
    server.answers[command] = how
    found = mail.send(settings(server, timeout_seconds=0.3), message())
    assert (found.outcome, found.reached) == ("again", True)


def test_without_a_server_it_is_tried_again() -> None:
    found = mail.send(settings(MailServer(port=1)), message())
    assert (found.outcome, found.reached, found.text[:22]) == ("again", False, "ConnectionRefusedError")


def test_mail_is_encrypted_from_the_greeting_on_or_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path)
    with mail_server(tls=context, auth=True) as server:
        wanted = settings(server, security="starttls", user="vigia", password="right")
        found = mail.send(wanted, message())
        assert (found.outcome, found.reached) == ("again", False)
        assert "certificate verify failed" in found.text
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert mail.send(wanted, message()).outcome == "sent"
        assert server.passwords == [(b"vigia", b"right")]
    with mail_server() as plain:
        found = mail.send(settings(plain, security="starttls"), message())
        assert (found.outcome, plain.taken) == ("again", [])
        assert "STARTTLS" in found.text


def test_a_wrong_password_says_nothing_of_the_message_so_it_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with mail_server(tls=context, auth=True) as server:
        given = {"security": "starttls", "user": "vigia"}
        found = [mail.send(settings(server, password=each, **given), message()) for each in ("wröng", "other", "right")]
    assert [each.outcome for each in found] == ["again", "again", "sent"]
    assert found[1].text[:3] == "535"


def test_a_server_that_encrypts_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path)
    with mail_server(tls=context, implicit=True) as server:
        assert mail.send(settings(server, security="tls"), message()).outcome == "again"
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert mail.send(settings(server, security="tls"), message()).outcome == "sent"


@pytest.mark.parametrize("word", ["=?utf-8?q?=0ABcc=3A_x?=", "=??Q?=0A?=", "=?=?utf-8?b?Cg==?="])
def test_a_subject_is_not_read_as_an_encoded_one(word: str) -> None:
    found = message_from_bytes(mail.written(message(subject=f"Vigía {word}"), "vigia@example.com"), policy=default)
    assert (found["Bcc"], found["To"]) == (None, "ana@example.com")
    assert found["Subject"].replace("= ?", "=?") == f"Vigía {word}"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\0", "\ud800"])
def test_whatever_stands_in_a_subject_it_stays_one_header(end: str) -> None:
    raw = mail.written(message(subject=f"Vigía{end}Bcc: x@example.com{end}{end}<b>"), "vigia@example.com")
    found = message_from_bytes(raw, policy=default)
    assert found["Bcc"] is None
    assert found["Subject"] == "Vigía Bcc: x@example.com <b>"
    assert found.defects == []
