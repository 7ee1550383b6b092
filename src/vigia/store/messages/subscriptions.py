"""Subscriptions: who is told, where, in which language, and of what. They end and are never removed."""

import secrets
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, insert, select, update

from vigia.addresses import mail_address, web_address
from vigia.errors import ConfigError, ConflictError
from vigia.store.messages import outbox
from vigia.store.tables import SUBSCRIPTIONS
from vigia.vocabulary import LANGUAGES, Language
from vigia.vocabulary.events import SEVERITIES

Channel = Literal["mail", "webhook"]
CHECKS = {"mail": mail_address, "webhook": web_address}
"""By channel, what its addresses are held to."""
SECRET_BYTES = 32


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be told, and where.

    Attributes:
        channel: `mail` or `webhook`.
        address: of mail, or of the web.
        language: of the words.
        sector: of clients of this sector alone; none = all.
        clients: of these alone; none = all.
        severity: of alerts that are at least so grave; none = all.
        empty: also that there is nothing to tell.
    """

    channel: Channel
    address: str
    language: Language = "es"
    sector: str | None = None
    clients: tuple[str, ...] | None = None
    severity: str | None = None
    empty: bool = True


@dataclass(frozen=True)
class Subscription:
    """A subscription as it stands; `secret` signs what a webhook is sent, and is told once."""

    id: int
    wish: Wish
    owner: str
    created_at: datetime
    secret: str | None = field(default=None, repr=False)
    ended_at: datetime | None = None
    ended_by: str | None = None


def add(connection: Connection, wish: Wish, owner: str, now: datetime) -> Subscription:
    """Record a subscription; that of a webhook with a new secret.

    Raises:
        ConfigError: nothing can be sent to that address, or the filter lets nothing through.
        ConflictError: that address is told the same already.
    """
    _check(wish)
    twin = next((each for each in listed(connection) if _told(each.wish) == _told(wish)), None)
    if twin is not None:
        raise ConflictError(f"{wish.address} is told that already: subscription {twin.id}")
    secret = secrets.token_urlsafe(SECRET_BYTES) if wish.channel == "webhook" else None
    row = {**asdict(wish), "clients": None if wish.clients is None else sorted(set(wish.clients))}
    row |= {"secret": secret, "owner": owner, "created_at": now}
    number = connection.execute(insert(SUBSCRIPTIONS).returning(SUBSCRIPTIONS.c.id), row).scalar_one()
    found = one(connection, int(number))
    assert found is not None
    return found


def listed(connection: Connection, ended: bool = False) -> list[Subscription]:
    """Subscriptions in the order in which they were made; those that ended only where asked for."""
    wanted = select(SUBSCRIPTIONS).order_by(SUBSCRIPTIONS.c.id)
    if not ended:
        wanted = wanted.where(SUBSCRIPTIONS.c.ended_at.is_(None))
    return [_subscription(row) for row in connection.execute(wanted).mappings()]


def one(connection: Connection, number: int) -> Subscription | None:
    """A subscription by its number."""
    row = connection.execute(select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == number)).mappings().one_or_none()
    return None if row is None else _subscription(row)


def end(connection: Connection, number: int, actor: str, now: datetime) -> Subscription | None:
    """End a subscription, and send nothing more that waits for it; one that has ended stays as it is."""
    found = one(connection, number)
    if found is None or found.ended_at is not None:
        return found
    values = {"ended_at": now, "ended_by": actor}
    connection.execute(update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == number).values(**values))
    outbox.call_off(connection, number, "the subscription has ended")
    return replace(found, ended_at=now, ended_by=actor)


def _check(wish: Wish) -> None:
    if wish.channel not in CHECKS:
        raise ConfigError(f"no channel {wish.channel!r}; there are {', '.join(CHECKS)}")
    if wish.language not in LANGUAGES:
        raise ConfigError(f"no language {wish.language!r}; there are {', '.join(LANGUAGES)}")
    if wish.severity is not None and wish.severity not in SEVERITIES:
        raise ConfigError(f"no severity {wish.severity!r}; there are {', '.join(SEVERITIES)}")
    if wish.clients is not None and not wish.clients:
        raise ConfigError("a list of no clients lets nothing through")
    try:
        CHECKS[wish.channel](wish.address)
    except ValueError as error:
        raise ConfigError(f"{wish.address!r}: {error}") from error


def _told(wish: Wish) -> tuple[object, ...]:
    """Where it goes, and what it lets through."""
    clients = None if wish.clients is None else frozenset(wish.clients)
    return wish.channel, wish.address, wish.sector, clients, wish.severity


def _subscription(row: RowMapping) -> Subscription:
    values: dict[str, Any] = dict(row)
    wish = {name: values.pop(name) for name in Wish.__dataclass_fields__}
    wish["clients"] = None if wish["clients"] is None else tuple(wish["clients"])
    return Subscription(wish=Wish(**wish), **values)
