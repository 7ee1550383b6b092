"""Sending what is due. Nothing is lost, and nothing is sent twice but where a sender is killed: then once more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vigia.config.settings import Settings
from vigia.operate.messages import mail, webhook
from vigia.operate.messages.answer import AGAIN, REFUSED, SENT, Answer
from vigia.store import Database
from vigia.store.messages import outbox, subscriptions
from vigia.store.messages.outbox import Message

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""After the first attempts; the last one counts for all that follow."""
LONGEST = timedelta(days=2)
"""A message that could not be sent for so long is no news any more."""
WAIT_SECONDS = 10.0
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Sent:
    """What came of a round.

    Attributes:
        sent: messages that were taken.
        again: those that are tried again later.
        refused: those that are not.
        held: mails that are due while mail is off, or its server cannot be reached.
    """

    sent: int = 0
    again: int = 0
    refused: int = 0
    held: int = 0


def send_due(
    settings: Settings, database: Database, clock: Clock | None = None, tell: Callable[[str], None] | None = None
) -> Sent:
    """Try all messages that are due, each once.

    Args:
        settings: how to send.
        database: the store.
        clock: what time it is.
        tell: takes a sentence a message.

    Raises:
        LockedError: another sender is at work.
    """
    time = clock or _utc
    with database.alone("send", "sending messages", WAIT_SECONDS):
        return _round(settings, database, time, tell or _nobody)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return WAITS[min(attempts, len(WAITS)) - 1]


def _round(settings: Settings, database: Database, clock: Clock, tell: Callable[[str], None]) -> Sent:
    counts = dict.fromkeys((SENT, AGAIN, REFUSED), 0)
    held, away_until = 0, None
    with database.reading() as connection:
        waiting = outbox.due(connection, clock())
    for message in waiting:
        if clock() - message.due_at > LONGEST:
            answer = Answer(REFUSED, f"not sent within {LONGEST.days} days; last: {message.answer or 'not tried'}")
        elif message.channel == "mail" and (away_until is not None or not settings.mail.on):
            held += 1
            _hold(database, message, away_until)
            continue
        else:
            found = _tried(settings, database, message, clock)
            if found is None:
                continue
            answer = found
        _noted(database, message, answer, clock())
        counts[answer.outcome] += 1
        if not answer.reached:
            away_until = clock() + wait_after(message.attempts + 1)
        tell(f"{message.key} to {message.address}: {answer.outcome}: {answer.text}")
    return Sent(counts[SENT], counts[AGAIN], counts[REFUSED], held)


def _tried(settings: Settings, database: Database, message: Message, clock: Clock) -> Answer | None:
    """What was answered; none where the message was called off meanwhile.

    When it is due again is written down before: a message that kills its sender must not be tried without end.
    """
    with database.writing() as connection:
        if not outbox.begin(connection, message.id, clock() + wait_after(message.attempts + 1)):
            return None
        number = message.subscription_id
        subscription = None if number is None else subscriptions.one(connection, number)
    if message.channel == "mail":
        return mail.send(settings.mail, message)
    secret = "" if subscription is None else subscription.secret or ""
    return webhook.send(settings.mail, message, secret, clock())


def _hold(database: Database, message: Message, until: datetime | None) -> None:
    """Let a mail wait as long as that for which the server was not there."""
    if until is not None:
        with database.writing() as connection:
            outbox.hold(connection, message.id, until)


def _noted(database: Database, message: Message, answer: Answer, now: datetime) -> None:
    with database.writing() as connection:
        if answer.outcome == SENT:
            outbox.sent(connection, message.id, answer.text, now)
        elif answer.outcome == AGAIN:
            outbox.again(connection, message.id, answer.text)
        else:
            outbox.give_up(connection, message.id, answer.text, now)


def _utc() -> datetime:
    return datetime.now(UTC)


def _nobody(_: str) -> None: ...
