"""Readings that are kept."""

from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

from vigia.client.answers import readings as answers
from vigia.client.call import IDEMPOTENCY_KEY, Call, File
from vigia.client.given import Readings, pieces, rows_of


def post_readings(
    client_id: str, readings: Readings, *, key: str | None = None, retry: bool = True
) -> Generator[Call[answers.Recorded], answers.Recorded, answers.Posted]:
    """Send readings to be kept; more than 20,000 go in several pieces, one after the other.

    What a piece answered is kept. Where a later one fails, send everything again: what is known counts as a duplicate.

    Args:
        client_id: any client.
        readings: a frame with `timestamp` (with an offset; may be the index), `active_energy_kwh` and, as far as they
            are there, the other channels, or rows with these names. A null says nothing of its channel.
        key: name of this delivery, so that it counts once however often it is sent. Pieces behind the first one have it
            with their number.
        retry: send again where no answer came; makes a key where there is none.
    """
    name = key or (str(uuid4()) if retry else None)
    recorded = []
    for number, rows in enumerate(pieces(rows_of(readings, client_id))):
        headers = _key(name and (f"{name}/{number + 1}" if number else name))
        body = {"client_id": client_id, "readings": rows}
        recorded.append((yield Call("POST", "/readings", answers.Recorded, body=body, headers=headers)))
    return answers.Posted.of(recorded)


def post_file(
    file: Path | str | tuple[str, bytes], *, dry_run: bool = False, key: str | None = None, retry: bool = True
) -> Call[answers.FileRecorded]:
    """Send a meter file, which is read by the mapping of the release.

    Args:
        file: its path, or its name and what stands in it.
        dry_run: only ask what would become of it.
        key: as of `post_readings`.
        retry: as of `post_readings`.
    """
    sent = File(*file) if isinstance(file, tuple) else File(Path(file).name, Path(file).read_bytes())
    return Call(
        "POST",
        "/readings/files",
        answers.FileRecorded,
        form={"dry_run": "true" if dry_run else "false"},
        file=sent,
        headers=_key(key or (str(uuid4()) if retry else None)),
    )


def batches(*, limit: int = 50, before: int | None = None) -> Call[answers.BatchList]:
    """What came, when, from whom, and with what result, the latest first."""
    return Call("GET", "/readings/batches", answers.BatchList, query={"limit": limit, "before": before})


def batch(number: int) -> Call[answers.BatchDetail]:
    """One batch with what was rejected of it."""
    return Call("GET", "/readings/batches/{number}", answers.BatchDetail, parts={"number": number})


def _key(name: str | None) -> dict[str, str]:
    return {IDEMPOTENCY_KEY: name} if name else {}
