"""Readings that were kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vigia.client.answers.base import Answer, Part
from vigia.client.given import MOST_READINGS


class RejectedReading(Part):
    """A reading that could not be taken; `position` counts from 0, or is a line of a file."""

    position: int
    reason: str
    raw: Any = None


class BatchLine(Part):
    """What came, and what became of it: `read` is the sum of the four that follow."""

    batch: int
    source: str
    actor: str
    key: str | None
    received_at: datetime
    read: int
    accepted: int
    corrected: int
    duplicate: int
    rejected: int


class Recorded(BatchLine, Answer):
    """A batch as it was recorded; `again`: it was recorded before, under the same key."""

    client_id: str
    in_release: bool
    again: bool
    rejected_readings: list[RejectedReading]


class Posted(Part):
    """What became of readings that were posted, in one piece or in several."""

    pieces: list[Recorded]
    read: int
    accepted: int
    corrected: int
    duplicate: int
    rejected: int
    rejected_readings: list[RejectedReading]

    @classmethod
    def of(cls, pieces: Sequence[Recorded]) -> "Posted":
        """The sums of pieces; positions of what was rejected count from the first reading of the first piece."""
        return cls(
            pieces=list(pieces),
            read=sum(each.read for each in pieces),
            accepted=sum(each.accepted for each in pieces),
            corrected=sum(each.corrected for each in pieces),
            duplicate=sum(each.duplicate for each in pieces),
            rejected=sum(each.rejected for each in pieces),
            rejected_readings=[
                row.model_copy(update={"position": row.position + number * MOST_READINGS})
                for number, each in enumerate(pieces)
                for row in each.rejected_readings
            ],
        )


class FileLook(Part):
    """What a file looks like: fields of section `ingest` with which it could be read, and what it leaves open."""

    changes: dict[str, Any]
    questions: list[str]


class FileRecorded(Answer):
    """A meter file as it was recorded, or would be (`dry_run`, which has no batch but a look at the file)."""

    dry_run: bool
    batch: int | None
    source: str | None
    actor: str | None
    key: str | None
    received_at: datetime | None
    again: bool
    read: int
    accepted: int
    corrected: int
    duplicate: int
    rejected: int
    clients: list[str]
    told: list[str]
    rejected_readings: list[RejectedReading]
    look: FileLook | None


class BatchList(Answer):
    """Batches, the latest first."""

    items: list[BatchLine]
    next_before: int | None

    @property
    def rows(self) -> list[BatchLine]:
        """The batches of the page."""
        return self.items

    @property
    def onward(self) -> dict[str, Any]:
        """What to ask for the earlier ones."""
        return {} if self.next_before is None else {"before": self.next_before}


class BatchDetail(BatchLine, Answer):
    """One batch with what was rejected of it."""

    rejected_readings: list[RejectedReading]
