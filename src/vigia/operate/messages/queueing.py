"""The digests of a day, put into the outbox for everybody who wants one."""

from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from vigia.alarming.states import is_growing
from vigia.config.settings import Mail, Settings
from vigia.operate.messages import signing
from vigia.operate.messages.digest import as_data, digest
from vigia.operate.messages.letter import Letter, html_of, text_of
from vigia.operate.messages.occasion import Occasion, occasion_of
from vigia.operate.messages.selection import Selection, select
from vigia.store import Connection, Database, alerts, marks
from vigia.store.alerts import FINISHED, Alert
from vigia.store.messages import outbox, subscriptions, told
from vigia.store.messages.subscriptions import Subscription, Wish

DAY = "digest"
"""Name of the mark that holds the last day whose digests were made."""


def queue_digests(settings: Settings, database: Database, now: datetime, folder: Path | None = None) -> dict[str, int]:
    """Queue the digests of the day, once, and write down what was told of each alert; all or nothing.

    Who has a mail address is left out while mail is off, and is told later what happened since.

    Args:
        settings: how people are told.
        database: the store.
        now: time of the run; the day is that of the fleet's zone.
        folder: of the release; none = that in operation.

    Returns:
        How many were `queued`, had `nothing` to be told, or are `off`, as mail is.
    """
    occasion = occasion_of(settings, database, now, folder)
    counts = {"queued": 0, "nothing": 0, "off": 0}
    with database.writing() as connection:
        if (marks.value(connection, DAY) or "") >= occasion.day.isoformat():
            return counts
        known, readers = alerts.listed(connection), subscriptions.listed(connection)
        since = {each.id: outbox.last_told(connection, each.id) for each in readers}
        changes = told.changes(connection, min(filter(None, since.values()), default=now))
        for each in readers:
            if each.wish.channel == "mail" and not settings.mail.on:
                counts["off"] += 1
                continue
            selection = select(known, changes, each.wish, since[each.id], occasion)
            queued = (selection.news or each.wish.empty) and _queue(connection, settings, each, selection, occasion)
            counts["queued" if queued else "nothing"] += 1
        told.note(connection, [each for each in known if _is_told(each)], now)
        marks.put(connection, DAY, occasion.day.isoformat(), now)
    return counts


def shown(settings: Settings, database: Database, wish: Wish, now: datetime, since: datetime | None) -> Letter:
    """The digest that somebody would get now who was told last at a time; nothing is queued."""
    occasion = occasion_of(settings, database, now)
    with database.reading() as connection:
        changes = told.changes(connection, since) if since else []
        return digest(select(alerts.listed(connection), changes, wish, since, occasion), wish, occasion)


def last_made(database: Database) -> datetime | None:
    """When digests were made last; none = never."""
    with database.reading() as connection:
        return marks.when(connection, DAY)


def content_of(letter: Letter) -> dict[str, Any]:
    """A letter as the outbox keeps it for a mail."""
    return {
        "subject": letter.subject,
        "text": text_of(letter),
        "html": html_of(letter),
        "unsubscribe": letter.unsubscribe[1],
    }


def unsubscribe_link(settings: Mail, secret: bytes, subscription_id: int) -> str:
    """Address of the page that ends a subscription; empty where nobody knows where the service is."""
    token = signing.token_of(secret, subscription_id)
    return f"{settings.service_url}/v1/unsubscribe?token={token}" if settings.service_url else ""


def name_of(settings: Mail, secret: bytes, key: str) -> str:
    """The Message-ID of a message."""
    return signing.message_id(secret, key, settings.sender.partition("@")[2] or "vigia.invalid")


def _queue(
    connection: Connection, settings: Settings, each: Subscription, selection: Selection, occasion: Occasion
) -> bool:
    secret = signing.secret_of(connection, occasion.now)
    letter = digest(selection, each.wish, occasion, unsubscribe_link(settings.mail, secret, each.id))
    content: Mapping[str, Any] = content_of(letter)
    if each.wish.channel == "webhook":
        content = as_data(selection, letter, text_of(letter), occasion)
    hour = time(settings.operation.digest_hour)
    key = f"{outbox.DIGEST}/{occasion.day.isoformat()}/{each.id}"
    return outbox.queue(
        connection,
        key,
        outbox.DIGEST,
        each.wish.channel,
        each.wish.address,
        name_of(settings.mail, secret, key),
        content,
        occasion.now,
        datetime.combine(occasion.day, hour, ZoneInfo(occasion.zone)),
        each.id,
        occasion.day,
    )


def _is_told(alert: Alert) -> bool:
    """Whether it is told now as something new or growing; from then on its growth is measured anew."""
    if alert.state in FINISHED or not alert.there:
        return False
    kwh = alert.facts.energy_at_stake_kwh
    return alert.told_at is None or (alert.told_kwh is None and kwh is not None) or is_growing(kwh, alert.told_kwh)
