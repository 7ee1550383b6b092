"""The outbox: what is to be sent, and what became of it.

A message is queued once, under a key that says what is told to whom, with the name by which its receiver knows it
again. Before an attempt the time of the next one is written down, after it what was answered. So a sender that is
killed leaves a message that is due again: nothing is lost, and what had gone out goes out once more, under the same
name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from vigia.store.tables import OUTBOX

DIGEST, WATCHDOG = "digest", "watchdog"
"""Kinds of messages."""
LONGEST_ANSWER = 500


@dataclass(frozen=True)
class Message:
    """Something to be sent.

    Attributes:
        key: of what it says to whom.
        kind: `digest` or `watchdog`.
        channel: `mail` or `webhook`.
        message_id: name by which its receiver knows it again: the Message-ID of a mail.
        content: `subject`, `text` and `html` of a mail, and `unsubscribe`, a link; or the body of a webhook.
        due_at: when it was to be sent.
        attempts: how often it was tried.
        next_try_at: when it is tried next; none = it is done with.
        sent_at: when it was taken.
        failed_at: when it was given up; none where it was called off, too.
        answer: what was said of it last.
    """

    id: int
    key: str
    kind: str
    channel: str
    subscription_id: int | None
    day: date | None
    address: str
    message_id: str
    content: Mapping[str, Any]
    created_at: datetime
    due_at: datetime
    attempts: int
    next_try_at: datetime | None
    sent_at: datetime | None
    failed_at: datetime | None
    answer: str | None


def queue(
    connection: Connection,
    key: str,
    kind: str,
    channel: str,
    address: str,
    message_id: str,
    content: Mapping[str, Any],
    now: datetime,
    not_before: datetime | None = None,
    subscription_id: int | None = None,
    day: date | None = None,
) -> bool:
    """Queue a message; returns whether it is new: of a key that is known nothing is done."""
    if connection.execute(select(OUTBOX.c.id).where(OUTBOX.c.key == key)).first() is not None:
        return False
    due_at = max(now, not_before or now)
    row = {
        "key": key,
        "kind": kind,
        "channel": channel,
        "subscription_id": subscription_id,
        "day": day,
        "address": address,
        "message_id": message_id,
        "content": dict(content),
        "created_at": now,
        "due_at": due_at,
        "attempts": 0,
        "next_try_at": due_at,
    }
    connection.execute(insert(OUTBOX), row)
    return True


def due(connection: Connection, now: datetime) -> list[Message]:
    """What is to be tried now, what waits longest first."""
    wanted = select(OUTBOX).where(OUTBOX.c.next_try_at <= now)
    return _messages(connection, wanted.order_by(OUTBOX.c.next_try_at, OUTBOX.c.id))


def one(connection: Connection, key: str) -> Message | None:
    """A message by its key."""
    return next(iter(_messages(connection, select(OUTBOX).where(OUTBOX.c.key == key))), None)


def listed(connection: Connection, limit: int) -> list[Message]:
    """Messages, the latest first."""
    return _messages(connection, select(OUTBOX).order_by(OUTBOX.c.id.desc()).limit(limit))


def begin(connection: Connection, number: int, next_try_at: datetime) -> bool:
    """Write down that a message is tried, and when it is due again if nothing more is heard of that.

    Returns whether it is still wanted.
    """
    values = {"attempts": OUTBOX.c.attempts + 1, "next_try_at": next_try_at}
    waiting = update(OUTBOX).where(OUTBOX.c.id == number, OUTBOX.c.next_try_at.is_not(None))
    return connection.execute(waiting.values(**values)).rowcount == 1


def hold(connection: Connection, number: int, next_try_at: datetime) -> None:
    """Write down that a message was not tried, and when it is due again, as far as it is still wanted."""
    waiting = update(OUTBOX).where(OUTBOX.c.id == number, OUTBOX.c.next_try_at.is_not(None))
    connection.execute(waiting.values(next_try_at=next_try_at))


def sent(connection: Connection, number: int, answer: str, now: datetime) -> None:
    """Write down that a message was taken, also where it was called off meanwhile."""
    _note(connection, number, sent_at=now, failed_at=None, next_try_at=None, answer=answer)


def again(connection: Connection, number: int, answer: str) -> None:
    """Write down why a message was not taken; it is due again when `begin` said."""
    _note(connection, number, answer=answer)


def give_up(connection: Connection, number: int, answer: str, now: datetime) -> None:
    """Write down that a message is not tried any more, and why."""
    _note(connection, number, failed_at=now, next_try_at=None, answer=answer)


def call_off(connection: Connection, subscription_id: int, why: str) -> None:
    """Do not send what waits for a subscription."""
    mine = (OUTBOX.c.subscription_id == subscription_id) & OUTBOX.c.next_try_at.is_not(None)
    connection.execute(update(OUTBOX).where(mine).values(next_try_at=None, answer=why))


def last_told(connection: Connection, subscription_id: int) -> datetime | None:
    """When the last digest of a subscription was made that was not given up; none = it was never told anything."""
    mine = (OUTBOX.c.subscription_id == subscription_id) & (OUTBOX.c.kind == DIGEST) & OUTBOX.c.failed_at.is_(None)
    latest = select(OUTBOX.c.created_at).where(mine).order_by(OUTBOX.c.created_at.desc()).limit(1)
    return connection.execute(latest).scalar_one_or_none()


def waiting_since(connection: Connection) -> datetime | None:
    """When the message that waits longest was to be sent; none where none waits."""
    first = select(func.min(OUTBOX.c.due_at)).where(OUTBOX.c.next_try_at.is_not(None))
    return connection.execute(first).scalar_one_or_none()


def given_up(connection: Connection, since: datetime) -> int:
    """How many messages were given up since then."""
    wanted = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.failed_at > since)
    return int(connection.execute(wanted).scalar_one())


def _note(connection: Connection, number: int, **values: Any) -> None:
    values["answer"] = values["answer"][:LONGEST_ANSWER]
    connection.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(**values))


def _messages(connection: Connection, wanted: Select[Any]) -> list[Message]:
    return [_message(row) for row in connection.execute(wanted).mappings()]


def _message(row: RowMapping) -> Message:
    return Message(**row)
