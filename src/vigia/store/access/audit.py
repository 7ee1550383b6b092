"""What was done and refused, by whom: rows that are only added."""

from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select

from vigia.store.tables import AUDIT

UNKNOWN = "unknown"
"""Who asks with no key, or a wrong one."""


@dataclass(frozen=True)
class Entry:
    """A request that changed something, or was refused.

    Attributes:
        at: when it was answered.
        actor: name of the key, `local` on an open service, `cli` on the command line, or `unknown`.
        method: verb of the request; `CLI`.
        route: template of its path, or the command.
        outcome: status of the answer.
        person: for whom the key acted.
        key_prefix: by which the key is known.
        object: what it was about, as its path or the route says.
        request_id: as the answer carries it.
        detail: why it was refused.
    """

    at: datetime
    actor: str
    method: str
    route: str
    outcome: int
    person: str | None = None
    key_prefix: str | None = None
    object: str | None = None
    request_id: str | None = None
    detail: str | None = None
    id: int | None = field(default=None, compare=False)


def add(connection: Connection, entry: Entry) -> None:
    """Record a request."""
    connection.execute(insert(AUDIT), {name: value for name, value in asdict(entry).items() if name != "id"})


def listed(connection: Connection, limit: int, before: int | None = None) -> list[Entry]:
    """What was recorded, the latest first; of a further page what came before the row with this id."""
    wanted = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(AUDIT.c.id < before)
    return [Entry(**row) for row in connection.execute(wanted).mappings()]
