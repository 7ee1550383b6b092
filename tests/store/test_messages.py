"""Who is told, and what is to be sent: on both engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from tests.support.told import alert
from vigia import frames
from vigia.errors import ConfigError, ConflictError
from vigia.store import Connection, Database, Readings, alerts, marks
from vigia.store.alerts import Change
from vigia.store.batches import Sent
from vigia.store.messages import outbox, subscriptions, told
from vigia.store.messages.subscriptions import Wish

NOW = datetime(2024, 7, 1, 11, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANA = Wish("mail", "ana@example.com")


def queue(connection: Connection, key: str = "digest/1", **more: Any) -> bool:
    content = {"subject": "ñ", "text": "🏭", "html": ""}
    return outbox.queue(connection, key, outbox.DIGEST, "mail", "ana@example.com", "<a@b>", content, NOW, **more)


def due(database: Database, now: datetime) -> list[str]:
    with database.reading() as connection:
        return [each.key for each in outbox.due(connection, now)]


def test_a_subscription_is_kept_as_it_was_wished_and_ends_without_being_removed(database: Database) -> None:
    wish = Wish("mail", "ana@example.com", "en", "textil", ("2", "10"), "high", empty=False)
    with database.writing() as connection:
        made = subscriptions.add(connection, wish, "ana", NOW)
    with database.writing() as connection:
        assert subscriptions.listed(connection) == [made]
        assert made.wish == Wish("mail", "ana@example.com", "en", "textil", ("10", "2"), "high", empty=False)
        assert (made.owner, made.created_at, made.secret) == ("ana", NOW, None)
        ended = subscriptions.end(connection, made.id, "luis", NOW + MINUTE)
        assert ended == subscriptions.one(connection, made.id)
        assert subscriptions.end(connection, made.id, "eva", NOW + 2 * MINUTE) == ended
        assert subscriptions.end(connection, 99, "luis", NOW) is None
        assert (subscriptions.listed(connection), subscriptions.listed(connection, ended=True)) == ([], [ended])


def test_a_webhook_has_a_secret_of_its_own_that_is_not_shown_by_accident(database: Database) -> None:
    with database.writing() as connection:
        made = [
            subscriptions.add(connection, Wish("webhook", f"https://example.com/{name}"), "ana", NOW) for name in "ab"
        ]
    secrets = {each.secret for each in made}
    assert len(secrets) == 2
    assert all(secret is not None and len(secret) > 40 and secret not in repr(made) for secret in secrets)


def test_an_address_is_told_the_same_once(database: Database) -> None:
    with database.writing() as connection:
        first = subscriptions.add(connection, ANA, "ana", NOW)
        subscriptions.add(connection, Wish("mail", "ana@example.com", sector="textil"), "ana", NOW)
        subscriptions.add(connection, Wish("mail", "ana@example.com", clients=("1", "2")), "ana", NOW)
    for again in (Wish("mail", "ana@example.com", "en"), Wish("mail", "ana@example.com", clients=("2", "1"))):
        with pytest.raises(ConflictError, match="is told that already"), database.writing() as connection:
            subscriptions.add(connection, again, "ana", NOW)
    with database.writing() as connection:
        subscriptions.end(connection, first.id, "ana", NOW)
        assert subscriptions.add(connection, ANA, "ana", NOW).id > first.id


@pytest.mark.parametrize(
    "wish",
    [
        Wish("mail", "ana"),
        Wish("mail", "ana@example.com\nBcc: x@example.com"),
        Wish("mail", "Ana <ana@example.com>"),
        Wish("mail", "ana@example.com, luis@example.com"),
        Wish("mail", "a..b@example.com"),
        Wish("mail", "ñ@example.com"),
        Wish("mail", f"{'a' * 65}@example.com"),
        Wish("mail", ""),
        Wish("webhook", "ana@example.com"),
        Wish("webhook", "ftp://example.com/"),
        Wish("webhook", "file:///etc/passwd"),
        Wish("webhook", "https:///hook"),
        Wish("webhook", "https://ana:secret@example.com/"),
        Wish("webhook", "https://example.com/#there"),
        Wish("webhook", "https://example.com:99999/"),
        Wish("webhook", "https://example.com/a b"),
        Wish("webhook", "https://example.com/\r\nX: y"),
        Wish("webhook", f"https://example.com/{'a' * 1024}"),
        Wish("mail", "ana@example.com", clients=()),
        Wish("mail", "ana@example.com", severity="huge"),
        Wish("mail", "ana@example.com", "fr"),  # type: ignore[arg-type] # as a command may be given it
        Wish("pigeon", "ana@example.com"),  # type: ignore[arg-type]
    ],
    ids=repr,
)
def test_nothing_is_promised_to_an_address_that_nothing_can_be_sent_to(database: Database, wish: Wish) -> None:
    with pytest.raises(ConfigError), database.writing() as connection:
        subscriptions.add(connection, wish, "ana", NOW)


def test_a_message_is_queued_once_and_waits_until_it_is_due(database: Database) -> None:
    with database.writing() as connection:
        assert queue(connection, not_before=NOW + MINUTE)
        assert not queue(connection)
        assert queue(connection, "digest/2")
    assert due(database, NOW) == ["digest/2"]
    assert due(database, NOW + MINUTE) == ["digest/2", "digest/1"]
    with database.reading() as connection:
        found = outbox.one(connection, "digest/1")
        assert found is not None
        assert found.content == {"subject": "ñ", "text": "🏭", "html": ""}
        assert (found.message_id, found.attempts, found.created_at, found.due_at) == ("<a@b>", 0, NOW, NOW + MINUTE)
        assert outbox.waiting_since(connection) == NOW


def test_a_message_is_due_until_it_is_known_what_became_of_it(database: Database) -> None:
    with database.writing() as connection:
        for name in ("lost", "taken", "later", "refused"):
            queue(connection, name)
    numbers = {}
    with database.writing() as connection:
        for each in outbox.due(connection, NOW):
            numbers[each.key] = each.id
            assert outbox.begin(connection, each.id, NOW + MINUTE)
    assert due(database, NOW) == [], "an attempt is under way"
    with database.writing() as connection:
        outbox.sent(connection, numbers["taken"], "250 queued", NOW)
        outbox.again(connection, numbers["later"], "451 later")
        outbox.give_up(connection, numbers["refused"], "550 no" * 200, NOW)
        assert not outbox.begin(connection, numbers["refused"], NOW)
    assert due(database, NOW + MINUTE) == ["lost", "later"], "of one nothing more was heard"
    with database.reading() as connection:
        found = {each.key: each for each in outbox.listed(connection, 10)}
        assert (found["taken"].sent_at, found["taken"].answer) == (NOW, "250 queued")
        assert (found["refused"].failed_at, len(found["refused"].answer or "")) == (NOW, 500)
        assert {each.attempts for each in found.values()} == {1}
        assert (outbox.given_up(connection, NOW - MINUTE), outbox.given_up(connection, NOW)) == (1, 0)


def test_nothing_is_sent_to_a_subscription_that_has_ended(database: Database) -> None:
    with database.writing() as connection:
        mine = subscriptions.add(connection, ANA, "ana", NOW)
        queue(connection, "mine", subscription_id=mine.id)
        queue(connection, "other")
        subscriptions.end(connection, mine.id, "ana", NOW)
    assert due(database, NOW + MINUTE) == ["other"]
    with database.reading() as connection:
        assert outbox.given_up(connection, NOW - MINUTE) == 0, "nobody has to look after it"


def test_when_somebody_was_told_last_is_when_the_last_digest_was_made_that_was_not_given_up(database: Database) -> None:
    with database.writing() as connection:
        mine = subscriptions.add(connection, ANA, "ana", NOW)
        assert outbox.last_told(connection, mine.id) is None
        queue(connection, "1", subscription_id=mine.id)
        later = NOW + timedelta(days=1)
        content = {"subject": "", "text": "", "html": ""}
        outbox.queue(
            connection, "2", outbox.DIGEST, "mail", "ana@example.com", "<c@b>", content, later, subscription_id=mine.id
        )
        outbox.queue(
            connection,
            "3",
            outbox.WATCHDOG,
            "mail",
            "ana@example.com",
            "<d@b>",
            content,
            later,
            subscription_id=mine.id,
        )
        assert outbox.last_told(connection, mine.id) == later
        second = outbox.one(connection, "2")
        assert second is not None
        outbox.give_up(connection, second.id, "550", later)
        assert outbox.last_told(connection, mine.id) == NOW


def test_a_mark_is_what_was_written_last(database: Database) -> None:
    with database.writing() as connection:
        assert (marks.value(connection, "digest"), marks.when(connection, "digest")) == (None, None)
        marks.put(connection, "digest", "2024-07-01", NOW)
        marks.put(connection, "digest", "2024-07-02", NOW + MINUTE)
        assert (marks.value(connection, "digest"), marks.when(connection, "digest")) == ("2024-07-02", NOW + MINUTE)


def test_what_was_told_of_an_alert_is_a_version_of_it(database: Database) -> None:
    first = alert("a", told_at=None, told_kwh=None)
    with database.writing() as connection:
        alerts.add(connection, [first], [])
        told.note(connection, [first], NOW)
        found = alerts.one(connection, "a")
    assert found is not None
    assert (found.told_at, found.told_kwh, found.version) == (NOW, first.facts.energy_at_stake_kwh, first.version + 1)


def test_what_may_be_news_of_an_alert_is_read_from_its_history(database: Database) -> None:
    rows = [
        Change("a", NOW, "d", "severity", "low", "high"),
        Change("a", NOW + MINUTE, "d", "ended"),
        Change("a", NOW + MINUTE, "d", "severity", "high", "critical"),
        Change("a", NOW + 2 * MINUTE, "d", "returned"),
    ]
    with database.writing() as connection:
        alerts.add(connection, [alert("a")], rows)
        assert told.changes(connection, NOW) == rows[2:]


def test_the_last_hour_of_a_client_is_the_latest_of_which_something_came(database: Database) -> None:
    readings = Readings(database, "America/Lima")
    assert readings.last_hours(["1"]) == {}
    for first in ("2024-07-02", "2024-07-01"):
        times = pd.date_range(first, periods=24, freq="h", tz="America/Lima")
        frame = pd.DataFrame({"client_id": "1", "timestamp": times, "active_energy_kwh": 1.0})
        readings.record(Sent(first, "post", "test"), frames.check("readings", frame))
    assert readings.last_hours(["1", "2"]) == {"1": datetime(2024, 7, 3, 4, tzinfo=UTC)}
