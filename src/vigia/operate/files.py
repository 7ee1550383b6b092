"""A meter file by itself: read as `ingest` would read it, by the mapping of a fleet."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from vigia.config import Params
from vigia.errors import IngestError
from vigia.ingest import ingest_folder
from vigia.ingest.guess import best_changes, guess, questions
from vigia.operate.intake import AHEAD, FUTURE
from vigia.store import Rejected

NO_LINE = -1
"""Position of what stands on no single line."""
NOT_OF_A_FILE = ("no_sector", "short_history")
"""Issues of what stands beside a history, and of a whole one."""


@dataclass(frozen=True)
class FileRead:
    """A meter file.

    Attributes:
        readings: table `readings`, of all its clients.
        rejected: its lines that were not taken, by line.
        told: what was found out about it, a sentence each.
    """

    readings: pd.DataFrame
    rejected: list[Rejected]
    told: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """What a file looks like, whatever the mapping says.

    Attributes:
        changes: fields of section `ingest` with which it could be read; empty = it can be.
        questions: what the file leaves open.
    """

    changes: dict[str, Any]
    questions: tuple[str, ...]


def read_file(path: Path, name: str, params: Params, now: datetime | None = None) -> FileRead:
    """Read a file.

    Args:
        path: of the file.
        name: below its folder, as whoever sent it calls it; the client may stand in it.
        params: of the fleet.
        now: time of intake: hours that have not ended by then are not taken.

    Raises:
        IngestError: it cannot be understood.
    """
    with _alone(path, name) as folder:
        try:
            found = ingest_folder(folder, params.ingest, params.fleet)
        except IngestError as error:
            raise IngestError(str(error).replace(str(folder), name)) from error
    rows = zip(found.quarantine["line"], found.quarantine["raw"], found.quarantine["reason"], strict=True)
    rejected = [Rejected(int(line), raw, reason) for line, raw, reason in rows]
    ahead = found.readings["timestamp"] + pd.Timedelta(hours=1) > pd.Timestamp(now or datetime.now(UTC)) + AHEAD
    late = (
        found.readings[ahead]
        .drop(columns="timestamp")
        .assign(timestamp=[when.isoformat() for when in found.readings.loc[ahead, "timestamp"]])
    )
    rejected += [
        Rejected(NO_LINE, plain, FUTURE) for plain in late.astype(object).where(late.notna(), None).to_dict("records")
    ]
    told = found.issues.loc[~found.issues["code"].isin(NOT_OF_A_FILE), "message"]
    return FileRead(found.readings[~ahead].reset_index(drop=True), rejected, tuple(told))


def look_at(path: Path, name: str, params: Params) -> Look:
    """Look at a file; arguments are those of `read_file`.

    Raises:
        IngestError: it has no form that is read.
    """
    with _alone(path, name) as folder:
        guesses = guess(folder, params.ingest)
    asked = [question.text for seen in guesses for question in questions(seen, params.ingest)]
    return Look(best_changes(guesses, params.ingest), tuple(dict.fromkeys(asked)))


@contextmanager
def _alone(path: Path, name: str) -> Iterator[Path]:
    """A folder that holds this file and nothing else."""
    with tempfile.TemporaryDirectory(prefix="vigia-") as folder:
        place = Path(folder) / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
        yield Path(folder)
