"""The store of the fleet, as a command changes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vigia.config import load_settings

if TYPE_CHECKING:
    from vigia.store import Connection

ACTOR = "cli"


@contextmanager
def reading() -> Iterator["Connection"]:
    """A transaction that reads."""
    from vigia.operate import store_of

    database = store_of(load_settings())
    try:
        with database.reading() as connection:
            yield connection
    finally:
        database.close()


@contextmanager
def changing(command: str) -> Iterator[tuple["Connection", datetime, list[str]]]:
    """A transaction that writes, and its time; the names that are put into the list are what the command is about."""
    from vigia.operate import store_of
    from vigia.store.access import audit

    database = store_of(load_settings())
    try:
        with database.writing() as connection:
            now, about = datetime.now(UTC), list[str]()
            yield connection, now, about
            entry = audit.Entry(now, ACTOR, "CLI", f"vigia {command}", 200, object=" ".join(about) or None)
            audit.add(connection, entry)
    finally:
        database.close()


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows with a head, in columns that are as wide as they need.

    >>> print(table([("name", "role"), ("ana", "operator")]))
    name  role
    ana   operator
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def day(when: datetime | None) -> str:
    """A time as tables show it."""
    return "" if when is None else f"{when:%Y-%m-%d %H:%M}"
