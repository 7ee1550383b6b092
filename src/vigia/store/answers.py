"""Answers that are kept, so that a request that comes again under its idempotency key is answered as the first time.

In one transaction: `known`, and where it gives nothing, the write and `record`. Writers take turns, so of two equal
requests at once the second one finds the answer of the first.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from vigia.errors import ConflictError
from vigia.store.tables import ANSWERS

KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Asked:
    """A request under an idempotency key.

    Attributes:
        route: verb and template of the path, without a space: `POST:/v1/alerts`.
        actor: who asks; the keys of others are others.
        key: as it was sent, at most 255 letters.
        digest: of what was sent, see `digest_of`.
    """

    route: str
    actor: str
    key: str
    digest: str

    @property
    def place(self) -> str:
        """Under which its answer is kept."""
        return f"{self.route} {self.actor} {self.key}"


@dataclass(frozen=True)
class Answer:
    """An answer as it was given: status, and body as JSON has it."""

    status: int
    body: dict[str, Any]


def known(connection: Connection, asked: Asked, now: datetime) -> Answer | None:
    """The answer that was given to this request; none where it comes for the first time in seven days.

    Raises:
        ConflictError: something else was sent under the same key.
    """
    wanted = select(ANSWERS).where(ANSWERS.c.key == asked.place, ANSWERS.c.at >= now - KEPT)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        return None
    if row["digest"] != asked.digest:
        raise ConflictError(f"something else was sent under the key {asked.key!r}, at {row['at']:%Y-%m-%d %H:%M} UTC")
    return Answer(row["status"], row["body"])


def record(connection: Connection, asked: Asked, answer: Answer, now: datetime) -> None:
    """Keep an answer, in the transaction of what it tells of; those of more than seven days are forgotten."""
    connection.execute(delete(ANSWERS).where(ANSWERS.c.at < now - KEPT))
    values = {"key": asked.place, "digest": asked.digest, "status": answer.status, "body": answer.body, "at": now}
    connection.execute(insert(ANSWERS), values)


def digest_of(body: Mapping[str, Any]) -> str:
    """Of a body as JSON has it; the order of its fields says nothing.

    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
