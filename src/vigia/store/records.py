"""What people say of clients and events in operation: verdicts and the site log.

Rows are only added. What is taken back is a row that names the one it takes back, so what stood at any time can be
asked. The files that a release was made with are taken over once; from then on the store alone counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, func, insert, select

from vigia import frames
from vigia.store.tables import MARKS, SITE_LOG, VERDICTS

FILES = "files"
"""Name of the mark that says that they were taken over."""
FROM_FILE = "file"
"""Who wrote what stood in a file."""
COLUMNS = {"start": "from", "end": "to"}
"""Of the site log: columns here, and in its table."""


@dataclass(frozen=True)
class Entry:
    """An entry with who wrote it; `values` as in the table of its name."""

    id: int
    actor: str
    recorded_at: datetime
    values: dict[str, Any]


def verdicts(connection: Connection, zone: str, as_of: datetime | None = None) -> pd.DataFrame:
    """Table `verdicts`: what stands, or stood then; times in a zone."""
    names = ("client_id", "kind", "start", "verdict", "recorded_at", "note")
    return _table(connection, VERDICTS, "verdicts", {name: name for name in names}, zone, as_of)


def site_log(connection: Connection, zone: str, as_of: datetime | None = None) -> pd.DataFrame:
    """Table `site_log`: what stands, or stood then; times in a zone."""
    names = {name: COLUMNS.get(name, name) for name in ("client_id", "start", "end", "what")}
    return _table(connection, SITE_LOG, "site_log", names, zone, as_of)


def add_verdict(
    connection: Connection,
    actor: str,
    now: datetime,
    client_id: str,
    kind: str,
    start: datetime,
    verdict: str,
    note: str | None = None,
    alert_id: str | None = None,
) -> int:
    """Record a verdict on an event; returns its number."""
    values = {"client_id": client_id, "kind": kind, "start": start, "verdict": verdict, "note": note}
    row = {**values, "recorded_at": now, "actor": actor, "alert_id": alert_id}
    return int(connection.execute(insert(VERDICTS).returning(VERDICTS.c.id), row).scalar_one())


def add_entry(
    connection: Connection, actor: str, now: datetime, client_id: str, start: datetime, end: datetime | None, what: str
) -> int:
    """Record an entry of the site log; returns its number."""
    row = {"client_id": client_id, "start": start, "end": end, "what": what, "recorded_at": now, "actor": actor}
    return int(connection.execute(insert(SITE_LOG).returning(SITE_LOG.c.id), row).scalar_one())


def entries(connection: Connection, table: Table, client_id: str | None = None) -> list[Entry]:
    """What stands in a table, oldest first."""
    found = _standing(connection, table, None, client_id)
    rest = ("id", "actor", "recorded_at", "withdraws")
    return [
        Entry(row["id"], row["actor"], row["recorded_at"], {k: v for k, v in row.items() if k not in rest})
        for row in found
    ]


def withdraw(connection: Connection, table: Table, number: int, actor: str, now: datetime) -> bool:
    """Take an entry back; says whether it stood."""
    row = next((each for each in _standing(connection, table, None, None) if each["id"] == number), None)
    if row is None:
        return False
    again = {name: value for name, value in row.items() if name != "id"}
    connection.execute(insert(table), {**again, "recorded_at": now, "actor": actor, "withdraws": number})
    return True


def last_written(connection: Connection) -> dict[str, tuple[int, int]]:
    """By client, numbers of its latest verdict and entry of the site log: they grow with all that is written of it."""
    found: dict[str, tuple[int, int]] = {}
    for place, table in enumerate((VERDICTS, SITE_LOG)):
        rows = connection.execute(select(table.c.client_id, func.max(table.c.id)).group_by(table.c.client_id))
        for client, number in rows:
            before = list(found.get(str(client), (0, 0)))
            before[place] = int(number)
            found[str(client)] = (before[0], before[1])
    return found


def taken_over(connection: Connection) -> bool:
    """Whether the files were taken over."""
    return connection.execute(select(MARKS.c.name).where(MARKS.c.name == FILES)).first() is not None


def take_over(connection: Connection, site_log: pd.DataFrame, verdicts: pd.DataFrame, now: datetime) -> bool:
    """Record what the files of a release say, once; says whether it was done now.

    Args:
        connection: of a transaction that writes.
        site_log, verdicts: tables of these names.
        now: time of recording; a verdict keeps the one at which it was written.
    """
    if taken_over(connection):
        return False
    said = _plain(verdicts)
    if said:
        connection.execute(insert(VERDICTS), [{**row, "actor": FROM_FILE} for row in said])
    told = [{_own(name): value for name, value in row.items()} for row in _plain(site_log)]
    if told:
        connection.execute(insert(SITE_LOG), [{**row, "recorded_at": now, "actor": FROM_FILE} for row in told])
    connection.execute(insert(MARKS), {"name": FILES, "at": now})
    return True


def _own(name: str) -> str:
    return next((own for own, other in COLUMNS.items() if other == name), name)


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.to_dict("records")
    return [{str(name): _value(value) for name, value in row.items()} for row in rows]


def _value(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def _standing(
    connection: Connection, table: Table, as_of: datetime | None, client_id: str | None
) -> Sequence[dict[str, Any]]:
    """Rows that were not taken back, in order."""
    wanted = select(table).order_by(table.c.id)
    if as_of is not None:
        wanted = wanted.where(table.c.recorded_at <= as_of)
    if client_id is not None:
        wanted = wanted.where(table.c.client_id == client_id)
    rows = [dict(row) for row in connection.execute(wanted).mappings()]
    gone = {row["withdraws"] for row in rows}
    return [row for row in rows if row["withdraws"] is None and row["id"] not in gone]


def _table(
    connection: Connection, table: Table, name: str, columns: dict[str, str], zone: str, as_of: datetime | None
) -> pd.DataFrame:
    rows = [{to: row[own] for own, to in columns.items()} for row in _standing(connection, table, as_of, None)]
    if not rows:
        return frames.empty(name, zone)
    frame = pd.DataFrame(rows)
    for column in frames.TABLES[name].columns:
        if column.kind == "time":
            frame[column.name] = pd.to_datetime(frame[column.name], utc=True).dt.tz_convert(zone)
    return frames.check(name, frame)
