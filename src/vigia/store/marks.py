"""Marks: what is done or made once for a store, by name."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from vigia.store.tables import MARKS


def value(connection: Connection, name: str) -> str | None:
    """What stands under a name; none where nothing does."""
    found = connection.execute(select(MARKS.c.value).where(MARKS.c.name == name)).scalar_one_or_none()
    return None if found is None else str(found)


def when(connection: Connection, name: str) -> datetime | None:
    """When something was written under a name; none where nothing was."""
    return connection.execute(select(MARKS.c.at).where(MARKS.c.name == name)).scalar_one_or_none()


def put(connection: Connection, name: str, text: str, now: datetime) -> None:
    """Write something under a name, instead of what stood there."""
    connection.execute(delete(MARKS).where(MARKS.c.name == name))
    connection.execute(insert(MARKS), {"name": name, "at": now, "value": text})
