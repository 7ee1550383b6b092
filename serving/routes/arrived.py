"""Readings that are kept."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from serving.access import Actor, may
from serving.access.noted import about
from serving.answers import send, stamp
from serving.arrived.record import batch, batches, record, record_file
from serving.bodies import arrived as bodies
from serving.intake.form import DRY_RUN, FILE, FORM, Upload, upload_of
from serving.intake.queue import Heavy
from serving.intake.reading import announced, content_of, described, parsed
from serving.problems import declared
from serving.release.served import Served
from serving.routes.parameters import Current, Limit, Store
from serving.routes.posted import posted
from vigia.store import Database

router = APIRouter(prefix="/readings", responses=declared(503))
Number = Annotated[int, Path(ge=1, le=2**53)]


READING = may("reader")
Sender = Annotated[Actor, may("writer", "operator")]
Key = Annotated[str | None, Header(min_length=1, max_length=255)]
FORM_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": [FILE],
                    "additionalProperties": False,
                    "properties": {
                        FILE: {"type": "string", "format": "binary", "description": "A meter file, with its name."},
                        DRY_RUN: {"type": "string", "enum": ["true", "false"], "default": "false"},
                    },
                }
            }
        },
    }
}


async def sent(request: Request, heavy: Heavy) -> AsyncIterator[bytes]:
    """The body of a form, as `posted`."""
    announced(request, FORM)
    async with heavy.place():
        yield await content_of(request)


@router.post(
    "",
    response_model=bodies.Recorded,
    openapi_extra=described(bodies.RecordRequest),
    responses=declared(403, 408, 409, 413, 415, 429),
)
async def recorded(
    request: Request,
    served: Current,
    heavy: Heavy,
    database: Store,
    content: Annotated[bytes, Depends(posted)],
    actor: Sender,
    idempotency_key: Key = None,
) -> Response:
    """Record readings; what is answered here is kept. All answers follow them within a few seconds."""
    return await heavy.run(_recorded, request, served, database, content, idempotency_key, actor)


def _recorded(
    request: Request, served: Served, database: Database, content: bytes, key: str | None, actor: Actor
) -> Response:
    asked = parsed(bodies.RecordRequest, content)
    told = record(served, database, asked, content, actor.who, key)
    about(request, told["batch"])
    return send({**stamp(served), **told})


@router.post(
    "/files",
    response_model=bodies.FileRecorded,
    openapi_extra=FORM_BODY,
    responses=declared(403, 408, 409, 413, 415, 429),
)
async def file_recorded(
    request: Request,
    served: Current,
    heavy: Heavy,
    database: Store,
    content: Annotated[bytes, Depends(sent)],
    actor: Sender,
    idempotency_key: Key = None,
) -> Response:
    """Record a meter file, read by the mapping of the release; a `dry_run` only says what would become of it."""
    upload = await upload_of(request, content)
    return await heavy.run(_file_recorded, request, served, database, upload, idempotency_key, actor)


def _file_recorded(
    request: Request, served: Served, database: Database, upload: Upload, key: str | None, actor: Actor
) -> Response:
    told = record_file(served, database, upload, actor.who, key)
    about(request, "dry run" if told["dry_run"] else told["batch"])
    return send({**stamp(served), **told})


@router.get("/batches", response_model=bodies.BatchList, dependencies=[READING])
def all_batches(
    served: Current,
    database: Store,
    limit: Limit = 50,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    """What came, when, from whom, and with what result, the latest first."""
    return send({**stamp(served), **batches(database, limit, before)})


@router.get("/batches/{number}", response_model=bodies.BatchDetail, responses=declared(404), dependencies=[READING])
def one_batch(number: Number, served: Current, database: Store) -> Response:
    """One batch with what was rejected of it."""
    return send({**stamp(served), **batch(database, number)})
