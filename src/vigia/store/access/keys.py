"""Keys of programs: 256 random bits, of which only a digest is kept, with a beginning that is shown.

A fast digest is enough, because nobody guesses 256 bits; so a key can be looked up at every request, and one that was
revoked is refused at once.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import Connection, RowMapping, exists, insert, or_, select, update

from vigia.errors import ConflictError, VocabularyError
from vigia.store.access.names import check_name, check_role
from vigia.store.tables import KEYS, PEOPLE
from vigia.vocabulary.access import KEY_ROLES

PREFIX = r"vigia_[a-z2-7]{8}"
KEY = re.compile(rf"({PREFIX})_[A-Za-z0-9_-]{{43}}", re.ASCII)
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
USED_EVERY = timedelta(minutes=1)
"""So often its last use is written at most."""


@dataclass(frozen=True)
class Key:
    """A key as it is kept.

    Attributes:
        prefix: its beginning, by which it is known.
        name: of who holds it; several keys may have one, while one is replaced by the next.
        role: one of `vocabulary.access.KEY_ROLES`.
        acts_for_others: it may say for whom it acts.
        created_by: who made it.
        last_used_at: to the minute.
        revoked_at: since when it is refused.
    """

    prefix: str
    name: str
    role: str
    acts_for_others: bool
    created_at: datetime
    created_by: str
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


def add(connection: Connection, name: str, role: str, acts_for_others: bool, by: str, now: datetime) -> tuple[Key, str]:
    """Make a key; returns it and its text, which is not kept.

    Raises:
        VocabularyError: the name or the role cannot be, or a writer would act for others.
        ConflictError: a person has that name.
    """
    check_name(name)
    check_role(role, KEY_ROLES)
    if acts_for_others and role == "writer":
        raise VocabularyError("a writer posts readings and acts for nobody")
    if connection.execute(select(exists().where(PEOPLE.c.name == name))).scalar_one():
        raise ConflictError(f"{name} is a person; what a key does must not look like theirs")
    prefix = "vigia_" + "".join(secrets.choice(LETTERS) for _ in range(8))
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    made = Key(prefix, name, role, acts_for_others, now, by)
    connection.execute(insert(KEYS), {**vars(made), "digest": _digest(text)})
    return made, text


def found(connection: Connection, text: str) -> Key | None:
    """The key of a text, also one that was revoked; none where it is no key of this store."""
    formed = KEY.fullmatch(text)
    if formed is None:
        return None
    row = connection.execute(select(KEYS).where(KEYS.c.prefix == formed.group(1))).mappings().one_or_none()
    if row is None or not compare_digest(str(row["digest"]), _digest(text)):
        return None
    return _key(row)


def listed(connection: Connection) -> list[Key]:
    """All keys in the order in which they were made, those that were revoked too."""
    return [_key(row) for row in connection.execute(select(KEYS).order_by(KEYS.c.id)).mappings()]


def revoke(connection: Connection, prefix: str, now: datetime) -> Key | None:
    """Refuse a key from now on; none where there is no such. One that was revoked before stays so."""
    mine = KEYS.c.prefix == prefix
    connection.execute(update(KEYS).where(mine, KEYS.c.revoked_at.is_(None)).values(revoked_at=now))
    row = connection.execute(select(KEYS).where(mine)).mappings().one_or_none()
    return None if row is None else _key(row)


def used(connection: Connection, prefix: str, now: datetime) -> None:
    """Note that a key was used, at most once a minute."""
    stale = or_(KEYS.c.last_used_at.is_(None), KEYS.c.last_used_at < now - USED_EVERY)
    connection.execute(update(KEYS).where(KEYS.c.prefix == prefix, stale).values(last_used_at=now))


def any_made(connection: Connection) -> bool:
    """Whether there ever was a key."""
    return bool(connection.execute(select(exists(KEYS.select()))).scalar_one())


def any_live(connection: Connection) -> bool:
    """Whether there is a key that is not refused."""
    return bool(connection.execute(select(exists().where(KEYS.c.revoked_at.is_(None)))).scalar_one())


def hidden(text: str) -> str:
    """A text in which of every key only its beginning is left.

    >>> hidden("/keys/vigia_abcdefgh_" + 43 * "x")
    '/keys/vigia_abcdefgh'
    """
    return KEY.sub(r"\1", text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _key(row: RowMapping) -> Key:
    return Key(**{name: row[name] for name in Key.__dataclass_fields__})
