"""The answers of the routes about readings that are recorded."""

import hashlib
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import HTTPException

from serving.answers import plain
from serving.bodies.arrived import RecordRequest
from serving.intake.form import Upload
from serving.problems import FieldError
from serving.release.served import Served
from vigia import frames
from vigia.config import Params
from vigia.errors import IngestError
from vigia.operate.files import FileRead, Look, look_at, read_file
from vigia.operate.intake import sorted_out
from vigia.store import Batch, Counts, Database, Readings, Rejected
from vigia.store.batches import Sent, listed, one

POST, UPLOAD = "post", "upload"


def record(
    served: Served, database: Database, request: RecordRequest, content: bytes, actor: str, key: str | None
) -> dict[str, Any]:
    """Record what was posted; the same body under the same key is answered as before.

    Raises:
        ConflictError: another body came under the same key.
    """
    if not request.client_id.strip() or len(request.client_id) > 255 or not request.client_id.isprintable():
        raise FieldError("body.client_id", "a client has a name of 1 to 255 characters that can be printed")
    zone, now = served.release.params.fleet.timezone, datetime.now(UTC)
    rows = [dict(reading) for reading in request.readings]
    readings, rejected = sorted_out(request.client_id, rows, zone, now)
    sent = Sent(hashlib.sha256(content).hexdigest(), POST, actor, key)
    batch = Readings(database, zone).record(sent, readings, rejected, now)
    return {
        **_told(batch),
        "client_id": request.client_id,
        "in_release": request.client_id in served.clients,
        "again": batch.again,
        "rejected_readings": [_rejected(each) for each in rejected],
    }


def record_file(served: Served, database: Database, upload: Upload, actor: str, key: str | None) -> dict[str, Any]:
    """Record a meter file, read by the mapping of the release; or say what would become of it.

    Raises:
        ConflictError: another file came under the same key.
        FieldError: it cannot be understood.
    """
    params = served.release.params
    with tempfile.TemporaryDirectory(prefix="vigia-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(upload.content)
        look = _look(path, upload, params) if upload.dry_run else None
        try:
            found = read_file(path, upload.name, params)
        except IngestError as error:
            if look is None:
                raise FieldError("body.file", f"it cannot be read: {error}") from error
            found = FileRead(frames.empty("readings", params.fleet.timezone), [], (str(error),))
    readings = Readings(database, params.fleet.timezone)
    clients = {
        "clients": sorted(set(found.readings["client_id"])),
        "told": list(found.told),
        "rejected_readings": [_rejected(each) for each in found.rejected],
    }
    if look is not None:
        counts = replace(readings.weighed(found.readings), rejected=len(found.rejected))
        nothing = dict.fromkeys(("batch", "source", "actor", "key", "received_at"))
        return {"dry_run": True, **nothing, "again": False, **_counted(counts), **clients, "look": vars(look)}
    digest = hashlib.sha256(upload.name.encode() + b"\n" + upload.content).hexdigest()
    batch = readings.record(Sent(digest, UPLOAD, actor, key), found.readings, found.rejected)
    return {"dry_run": False, **_told(batch), "again": batch.again, **clients, "look": None}


def _look(path: Path, upload: Upload, params: Params) -> Look:
    try:
        return look_at(path, upload.name, params)
    except IngestError:
        return Look({}, ())


def batches(database: Database, limit: int, before: int | None) -> dict[str, Any]:
    """A page of what came, the latest first."""
    found = listed(database, limit + 1, before)
    page = found[:limit]
    return {"items": [_told(batch) for batch in page], "next_before": page[-1].id if len(found) > limit else None}


def batch(database: Database, number: int) -> dict[str, Any]:
    """One batch with what was rejected of it.

    Raises:
        HTTPException: 404, there is none of that number.
    """
    found = one(database, number)
    if found is None:
        raise HTTPException(404, f"no batch {number}")
    told, rejected = found
    return {**_told(told), "rejected_readings": [_rejected(each) | {"raw": each.raw} for each in rejected]}


def _told(batch: Batch) -> dict[str, Any]:
    head = {"batch": batch.id, "source": batch.sent.source, "actor": batch.sent.actor, "key": batch.sent.key}
    return plain({**head, "received_at": batch.received_at.isoformat(), **_counted(batch.counts)})


def _counted(counts: Counts) -> dict[str, int]:
    return {"read": counts.read, **vars(counts)}


def _rejected(each: Rejected) -> dict[str, Any]:
    return {"position": each.position, "reason": each.reason}
