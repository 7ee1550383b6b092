"""Readings that are sent to be kept, and what is said of them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from serving.bodies.base import Answer, Request
from serving.bodies.posted import MAX_READINGS, Reading


class RecordRequest(Request):
    """Readings of one client. A null says nothing: what was known of that value stays."""

    client_id: str = Field(description="Any client; one that the release does not have is part of the next one.")
    readings: Annotated[list[Reading], Field(min_length=1, max_length=MAX_READINGS, fail_fast=True)]


class RejectedReading(BaseModel):
    """A reading that could not be taken; `position` counts from 0, `raw` is what was sent."""

    position: int
    reason: str
    raw: Any = None


class BatchLine(BaseModel):
    """What came, and what became of it: `read` is the sum of the other four.

    `accepted`: hours of which nothing had come. `corrected`: hours of which something else had. `duplicate`: said
    nothing new. `rejected`: could not be taken.
    """

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


class Recorded(Answer, BatchLine):
    """A batch as it was recorded; `again`: it was recorded before, under the same key."""

    client_id: str
    in_release: bool
    again: bool
    rejected_readings: list[RejectedReading]


class FileLook(BaseModel):
    """What a file looks like: `changes` of section `ingest` with which it could be read, and what it leaves open."""

    changes: dict[str, Any]
    questions: list[str]


class FileRecorded(Answer):
    """A meter file as it was recorded, or would be (`dry_run`, which has no batch but a look at the file).

    `told`: what was found out about it. `position` of what was rejected is a line of the file.
    """

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
    """Batches, the latest first; `next_before` goes on behind them."""

    items: list[BatchLine]
    next_before: int | None


class BatchDetail(Answer, BatchLine):
    """One batch with what was rejected of it."""

    rejected_readings: list[RejectedReading]
