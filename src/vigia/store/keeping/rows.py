"""Rows of a store of any revision, exact on both engines: as values, and as lines of JSON.

Tables are looked up in the database itself, so that a store of an earlier version is read as it was made. Times are
UTC, bytes are base64, and a value that is absent (the key is not there) is told from a JSON null.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Connection, Date, DateTime, LargeBinary, MetaData, Table, func, insert, select, text

VERSION = "alembic_version"
AT_ONCE = 5_000
Row = Mapping[str, Any]
"""Values by column; a column whose value is SQL's null is left out."""


def tables_of(connection: Connection) -> list[Table]:
    """All tables but that of the revision, a table after those that it refers to."""
    metadata = MetaData()
    metadata.reflect(connection)
    found = [table for table in metadata.sorted_tables if table.name != VERSION]
    for table in found:
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return found


def read(connection: Connection, table: Table) -> Iterator[Row]:
    """All rows of a table in the order of its key."""
    columns = list(table.columns)
    nulls = [column.is_(None).label(f"null {column.name}") for column in columns if _is_json(column.type)]
    wanted = select(*columns, *nulls).order_by(*table.primary_key.columns).execution_options(yield_per=AT_ONCE)
    for found in connection.execute(wanted).mappings():
        yield {
            column.name: _value(found[column])
            for column in columns
            if (found[f"null {column.name}"] != 1 if _is_json(column.type) else found[column] is not None)
        }


def write(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Add rows to an empty table, and let the database count on after them; returns how many there were."""
    count = 0
    names = table.columns.keys()
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        given = [{name: _bound(connection, table, name, row) for name in names} for row in some]
        connection.execute(insert(table), given)
        count += len(given)
    if connection.dialect.name == "postgresql":
        _count_on(connection, table)
    return count


def lined(row: Row) -> dict[str, Any]:
    """A row as JSON takes it."""
    return {name: _plain(value) for name, value in row.items()}


def unlined(table: Table, line: Mapping[str, Any]) -> Row:
    """The row of a line."""
    return {name: _parsed(table.columns[name].type, value) for name, value in line.items()}


def _is_json(kind: Any) -> bool:
    return isinstance(kind, JSON)


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return bytes(value) if isinstance(value, memoryview) else value


def _bound(connection: Connection, table: Table, name: str, row: Row) -> Any:
    """A value as the engine keeps it: SQLite has no zones."""
    if name not in row:
        return None
    value = row[name]
    if _is_json(table.columns[name].type):
        return JSON.NULL if value is None else value
    if isinstance(value, datetime) and connection.dialect.name == "sqlite":
        return value.replace(tzinfo=None)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _parsed(kind: Any, value: Any) -> Any:
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value


def _count_on(connection: Connection, table: Table) -> None:
    """New keys follow those that are there."""
    for column in table.primary_key.columns:
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:name, :key)"), {"name": f'"{table.name}"', "key": column.name}
        ).scalar_one()
        last = connection.execute(select(func.max(column))).scalar_one()
        if sequence is not None and last is not None:
            connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
