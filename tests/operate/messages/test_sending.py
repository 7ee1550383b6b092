"""Sending what is due: nothing is lost, and nothing goes out twice but where a sender is killed."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.operate.messages.conftest import SIX, Office
from tests.support.servers import CLOSE, HOST, receiver
from vigia.errors import LockedError
from vigia.operate.messages import mail, sending
from vigia.operate.messages.sending import Sent
from vigia.operate.worker import PROGRAM
from vigia.store.messages import subscriptions
from vigia.store.tables import OUTBOX


def test_a_digest_is_sent_once_and_the_answer_kept(office: Office) -> None:
    office.subscribe()
    office.morning(0)
    assert office.send() == Sent(sent=1)
    assert office.send(hours=3) == Sent()
    (message,) = office.messages()
    assert (message.sent_at, message.attempts, message.answer) == (SIX, 1, "250 2.0.0 queued as 1")
    assert [each["Message-ID"] for each in office.server.mails] == [message.message_id]
    assert office.told == ["digest/2024-07-01/1 to ana@example.com: sent: 250 2.0.0 queued as 1"]


def test_a_mail_a_reader(office: Office) -> None:
    for name in ("ana", "luis", "eva"):
        office.subscribe(f"{name}@example.com")
    office.morning(0)
    assert office.send() == Sent(sent=3)
    assert office.server.recipients == [["ana@example.com"], ["luis@example.com"], ["eva@example.com"]]
    assert [each["To"] for each in office.server.mails] == ["ana@example.com", "luis@example.com", "eva@example.com"]


def test_4xx_is_tried_again_after_growing_waits_for_two_days_and_then_given_up(office: Office) -> None:
    office.server.answers["RCPT"] = "451 4.7.1 greylisted"
    office.subscribe()
    office.morning(0)
    tried = []
    while (due := office.messages()[0].next_try_at) is not None:
        tried.append((due - SIX) / timedelta(minutes=1))
        office.now = due - timedelta(seconds=1)
        assert office.send() == Sent()
        office.send(seconds=1)
    assert tried == [0, 1, 6, 21, *range(81, 2 * 24 * 60 + 60, 60)]
    (message,) = office.messages()
    assert (message.attempts, message.failed_at) == (len(tried) - 1, SIX + timedelta(minutes=tried[-1]))
    assert message.answer == "not sent within 2 days; last: 451 4.7.1 greylisted"
    assert office.server.taken == []


def test_a_message_that_is_taken_at_last_is_sent_once(office: Office) -> None:
    office.server.answers["DATA"] = ["451 4.3.0 later", "421 4.3.2 closing"]
    office.subscribe()
    office.morning(0)
    assert [office.send(), office.send(minutes=1), office.send(minutes=4), office.send(minutes=1), office.send()] == [
        Sent(again=1),
        Sent(again=1),
        Sent(),
        Sent(sent=1),
        Sent(),
    ]
    assert len(office.server.taken) == 1


def test_5xx_of_one_reader_is_not_tried_again_and_the_others_get_theirs(office: Office) -> None:
    office.server.answers["RCPT"] = ["550 5.1.1 no such user"]
    for name in ("nobody", "luis"):
        office.subscribe(f"{name}@example.com")
    office.morning(0)
    assert office.send() == Sent(sent=1, refused=1)
    assert office.send(hours=5) == Sent()
    assert office.messages()[0].failed_at == SIX


def test_a_server_that_is_away_is_asked_once_a_round_after_growing_waits(office: Office) -> None:
    for name in ("ana", "luis", "eva"):
        office.subscribe(f"{name}@example.com")
    office.morning(0)
    port = office.server.port
    office.but(port=1)
    assert office.send() == Sent(again=1, held=2)
    assert office.send(seconds=59) == Sent()
    assert office.send(seconds=1) == Sent(again=1, held=2)
    assert [each.attempts for each in office.messages()] == [2, 0, 0]
    office.but(port=port)
    assert office.send(minutes=4) == Sent()
    assert office.send(minutes=1) == Sent(sent=3)


def test_one_message_that_the_server_drops_does_not_hold_the_others(office: Office) -> None:
    office.server.answers["RCPT"] = [CLOSE]
    for name in ("ana", "luis"):
        office.subscribe(f"{name}@example.com")
    office.morning(0)
    assert office.send() == Sent(sent=1, again=1)


def test_while_mail_is_off_it_is_held_and_webhooks_go_out(office: Office) -> None:
    with receiver() as hook:
        office.subscribe()
        made = office.subscribe(hook.url)
        office.morning(0)
        office.but(host="")
        assert office.send() == Sent(sent=1, held=1)
        ((_, headers, _),) = hook.came
        assert headers["x-vigia-signature"].startswith("sha256=")
        assert made.secret is not None
    office.but(host=HOST)
    assert office.send(days=3) == Sent(refused=1), "it is no news any more"
    assert office.messages()[0].answer == "not sent within 2 days; last: not tried"


def test_a_webhook_that_is_away_holds_no_mail(office: Office) -> None:
    office.subscribe("http://127.0.0.1:1/hook")
    office.subscribe()
    office.morning(0)
    assert office.send() == Sent(sent=1, again=1)


def test_a_subscription_that_ends_while_it_is_sent_to_others_gets_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = office.subscribe(), office.subscribe("luis@example.com")
    office.morning(0)
    whole = mail.send

    def ending(*given: object) -> object:
        with office.database.writing() as connection:
            subscriptions.end(connection, second.id, "luis", office.now)
        return whole(*given)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr(mail, "send", ending)
    assert office.send() == Sent(sent=1)
    assert office.server.recipients == [["ana@example.com"]]
    assert first.id == 1


def test_a_sender_that_is_killed_after_the_server_took_it_sends_it_once_more_under_the_same_name(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.subscribe()
    office.morning(0)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_noted", killed)
        with pytest.raises(KeyboardInterrupt):
            office.send()
    assert office.messages()[0].sent_at is None
    assert office.send() == Sent(), "it may still be under way"
    assert office.send(minutes=1) == Sent(sent=1)
    assert office.send(hours=1) == Sent()
    first, second = office.server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert office.server.taken[0] == office.server.taken[1]


def test_there_is_one_sender_at_a_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WAIT_SECONDS", 0.1)
    office.subscribe()
    office.morning(0)
    with office.database.alone("send", "another one"), pytest.raises(LockedError):
        office.send()
    assert office.send() == Sent(sent=1)


@pytest.mark.long
def test_senders_that_are_killed_at_any_moment_lose_nothing_and_repeat_at_most_one_a_kill(
    office: Office, tmp_path: Path
) -> None:
    """As a process of its own, killed with SIGKILL; each start looks as if a minute had gone by."""
    readers, kills = 40, 8
    for number in range(readers):
        office.subscribe(f"reader{number}@example.com")
    office.morning(0)
    mail_settings = office.settings.mail
    environment = {
        **os.environ,
        "VIGIA_FLEET": office.settings.serving.fleet,
        "VIGIA_SERVING_RELEASES": str(office.settings.serving.releases),
        "VIGIA_STORE_ADDRESS": office.settings.store.address,
        "VIGIA_MAIL_HOST": mail_settings.host,
        "VIGIA_MAIL_PORT": str(mail_settings.port),
        "VIGIA_MAIL_SECURITY": "none",
        "VIGIA_MAIL_SENDER": mail_settings.sender,
    }
    command = [sys.executable, "-c", PROGRAM, "send"]
    for kill in range(kills):
        _all_due(office)
        with subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL) as running:
            before = len(office.server.taken)
            until = time.monotonic() + 60
            while len(office.server.taken) <= before + kill % 3 and time.monotonic() < until:
                time.sleep(0.001)
            running.kill()
    _all_due(office)
    subprocess.run(command, env=environment, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL, timeout=120)
    assert all(each.sent_at is not None for each in office.messages())
    names = [each["Message-ID"] for each in office.server.mails]
    assert set(names) == {each.message_id for each in office.messages()}
    assert readers <= len(names) <= readers + kills


def _all_due(office: Office) -> None:
    """What waits is due now, on the clock of the wall."""
    now = datetime.now(UTC)
    with office.database.writing() as connection:
        waiting = update(OUTBOX).where(OUTBOX.c.next_try_at.is_not(None))
        connection.execute(waiting.values(due_at=now, next_try_at=now))
