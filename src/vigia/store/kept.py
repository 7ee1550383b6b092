"""What is derived and kept, so that a day costs no more than its hours: states of watches, and results by client.

Nothing here is a fact: whatever is missing, or was made of anything else, is made again.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from vigia.store.tables import CHECKPOINTS, SCORED


def states_of(connection: Connection, client_id: str, digest: str) -> dict[int, bytes]:
    """States of a client's watches by the day that they stand at, as far as the code of this digest made them."""
    wanted = select(CHECKPOINTS.c.day, CHECKPOINTS.c.states)
    wanted = wanted.where(CHECKPOINTS.c.client_id == client_id, CHECKPOINTS.c.digest == digest)
    return {int(day): bytes(states) for day, states in connection.execute(wanted)}


def keep_states(
    connection: Connection,
    client_id: str,
    digest: str,
    made: Mapping[int, bytes],
    keep: Collection[int],
    now: datetime,
) -> None:
    """Keep new states; of those that are there, only those of the days in `keep` that the same code made."""
    table = CHECKPOINTS
    gone = (table.c.digest != digest) | table.c.day.not_in(set(keep)) | table.c.day.in_(set(made))
    connection.execute(delete(table).where(table.c.client_id == client_id, gone))
    rows = [
        {"client_id": client_id, "day": day, "digest": digest, "states": states, "made_at": now}
        for day, states in made.items()
        if day in keep
    ]
    if rows:
        connection.execute(insert(table), rows)


def result_digests(connection: Connection) -> dict[str, str]:
    """By client, of what its kept result was made."""
    rows = connection.execute(select(SCORED.c.client_id, SCORED.c.digest))
    return {str(client): str(digest) for client, digest in rows}


def results(connection: Connection) -> dict[str, bytes]:
    """The kept results, by client."""
    rows = connection.execute(select(SCORED.c.client_id, SCORED.c.result))
    return {str(client): bytes(result) for client, result in rows}


def keep_result(connection: Connection, client_id: str, digest: str, result: bytes, now: datetime) -> None:
    """Keep the result of a client instead of the one that was there."""
    connection.execute(delete(SCORED).where(SCORED.c.client_id == client_id))
    row = {"client_id": client_id, "digest": digest, "result": result, "made_at": now}
    connection.execute(insert(SCORED), row)
