"""People: who logs in to the dashboard, and what they may."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, exists, insert, select, update

from vigia.errors import ConflictError
from vigia.store.access.names import check_name, check_role
from vigia.store.tables import KEYS, PEOPLE
from vigia.vocabulary import Language
from vigia.vocabulary.access import ROLES


@dataclass(frozen=True)
class Person:
    """A person.

    Attributes:
        name: by which they log in, and which stands in histories.
        role: one of `vocabulary.access.ROLES`.
        language: of screens and mails.
        created_by: who let them in.
        ended_at: since when they are not let in any more.
    """

    name: str
    role: str
    language: Language
    created_at: datetime
    created_by: str
    ended_at: datetime | None = None


def add(
    connection: Connection, name: str, role: str, language: Language, password: str | None, by: str, now: datetime
) -> Person:
    """Let a person in; one who was there before comes back under the same name.

    Args:
        connection: of a transaction that writes.
        name: new, or of one who ended.
        role: one of `ROLES`.
        language: of screens and mails.
        password: as `passwords.hashed` gives it; none = they do not log in by a password.
        by: who lets them in.
        now: when.

    Raises:
        VocabularyError: the name or the role cannot be.
        ConflictError: there is a person, or a key, of that name.
    """
    made = Person(check_name(name), check_role(role, ROLES), language, now, by)
    if connection.execute(select(exists().where(KEYS.c.name == name))).scalar_one():
        raise ConflictError(f"{name} is the name of a key; what it does must not look like a person's")
    before = _row(connection, name)
    if before is not None and before["ended_at"] is None:
        raise ConflictError(f"{name} is there already")
    values = {**vars(made), "password": password}
    if before is None:
        connection.execute(insert(PEOPLE), values)
    else:
        connection.execute(update(PEOPLE).where(PEOPLE.c.name == name).values(values))
    return made


def change(
    connection: Connection,
    name: str,
    role: str | None = None,
    language: Language | None = None,
    password: str | None = None,
) -> Person | None:
    """Change what is given of a person who is there; none where nobody of that name is.

    Raises:
        VocabularyError: there is no such role.
    """
    given = {"role": role and check_role(role, ROLES), "language": language, "password": password}
    values = {field: value for field, value in given.items() if value is not None}
    if values:
        connection.execute(update(PEOPLE).where(PEOPLE.c.name == name, PEOPLE.c.ended_at.is_(None)).values(values))
    return present(connection, name)


def end(connection: Connection, name: str, now: datetime) -> Person | None:
    """Let a person in no more, and forget their password; none where nobody of that name is there."""
    if present(connection, name) is None:
        return None
    connection.execute(update(PEOPLE).where(PEOPLE.c.name == name).values(ended_at=now, password=None))
    row = _row(connection, name)
    return None if row is None else _person(row)


def present(connection: Connection, name: str) -> Person | None:
    """The person of a name; none where there is none, or they ended."""
    row = _row(connection, name)
    return None if row is None or row["ended_at"] is not None else _person(row)


def password(connection: Connection, name: str) -> str | None:
    """What is kept of a person's password; none of one who ended too."""
    row = _row(connection, name)
    return None if row is None or row["ended_at"] is not None else row["password"]


def listed(connection: Connection) -> list[Person]:
    """All people by name, those who ended too."""
    return [_person(row) for row in connection.execute(select(PEOPLE).order_by(PEOPLE.c.name)).mappings()]


def _row(connection: Connection, name: str) -> RowMapping | None:
    return connection.execute(select(PEOPLE).where(PEOPLE.c.name == name)).mappings().one_or_none()


def _person(row: RowMapping) -> Person:
    return Person(**{field: row[field] for field in Person.__dataclass_fields__})
