"""Webhooks: signed bodies to a real receiver, which takes them, refuses them, is slow, or goes away."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.support.servers import Receiver, receiver
from vigia.config.settings import Mail
from vigia.operate.messages import webhook
from vigia.operate.messages.answer import Answer
from vigia.store.messages.outbox import Message

NOW = datetime(2024, 7, 1, 11, 0, tzinfo=UTC)
CONTENT = {"kind": "digest", "text": "Línea 🏭", "counts": {"open": 3}}
SETTINGS = Mail(timeout_seconds=1.0)


def message(url: str) -> Message:
    return Message(
        1, "k", "digest", "webhook", 1, NOW.date(), url, "<abc@vigia>", CONTENT, NOW, NOW, 1, NOW, None, None, None
    )


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def test_a_body_arrives_signed_with_its_time_and_name(hook: Receiver) -> None:
    assert webhook.send(SETTINGS, message(hook.url), "secret", NOW) == Answer("sent", "200 OK")
    ((path, headers, body),) = hook.came
    assert (path, headers["content-type"]) == ("/hook", "application/json")
    assert json.loads(body) == {"id": "abc@vigia", **CONTENT}
    stamp = headers["x-vigia-timestamp"]
    assert int(stamp) == NOW.timestamp()
    expected = hmac.new(b"secret", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["x-vigia-signature"] == f"sha256={expected}"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "sent"),
        (204, "sent"),
        (301, "refused"),
        (307, "refused"),
        (400, "refused"),
        (404, "refused"),
        (410, "refused"),
        (408, "again"),
        (429, "again"),
        (500, "again"),
        (503, "again"),
        (599, "again"),
    ],
)
def test_the_status_decides_and_nothing_else_of_the_answer_is_kept(hook: Receiver, status: int, outcome: str) -> None:
    hook.statuses = [status]
    found = webhook.send(SETTINGS, message(hook.url), "secret", NOW)
    assert (found.outcome, found.text[:3]) == (outcome, str(status))
    assert "secret" not in found.text
    assert len(hook.came) == 1, "a redirect is not followed"


@pytest.mark.parametrize("status", [0, -1], ids=["says nothing", "closes"])
def test_no_answer_is_tried_again(hook: Receiver, status: int) -> None:
    hook.statuses = [status]
    assert webhook.send(Mail(timeout_seconds=0.3), message(hook.url), "secret", NOW).outcome == "again"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/hook", "http://nowhere.invalid/hook"])
def test_without_a_receiver_it_is_tried_again(url: str) -> None:
    assert webhook.send(SETTINGS, message(url), "secret", NOW).outcome == "again"
