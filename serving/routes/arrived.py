"""Readings that are kept."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request, Response

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


def may_write(request: Request) -> None:
    """As long as there are no keys, programs of this machine alone may write, and no page of elsewhere in a browser.

    A page of elsewhere can send a form to the loopback address without being asked; a browser says so in its headers.

    Raises:
        HTTPException: 403, it may not.
    """
    host, site = request.app.state.current.settings.host, request.headers.get("sec-fetch-site")
    if host not in LOOPBACK:
        raise HTTPException(403, f"readings are taken on the loopback address alone, and the service is at {host}")
    if site not in (None, "none", "same-origin") or (site is None and "origin" in request.headers):
        raise HTTPException(403, "readings are not taken from pages of elsewhere")


LOOPBACK = ("127.0.0.1", "localhost", "::1")
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
    dependencies=[Depends(may_write)],
)
async def recorded(
    served: Current,
    heavy: Heavy,
    database: Store,
    content: Annotated[bytes, Depends(posted)],
    idempotency_key: Key = None,
) -> Response:
    """Record readings; what is answered here is kept. All answers follow them within a few seconds."""
    return await heavy.run(_recorded, served, database, content, idempotency_key)


def _recorded(served: Served, database: Database, content: bytes, key: str | None) -> Response:
    request = parsed(bodies.RecordRequest, content)
    return send({**stamp(served), **record(served, database, request, content, key)})


@router.post(
    "/files",
    response_model=bodies.FileRecorded,
    openapi_extra=FORM_BODY,
    responses=declared(403, 408, 409, 413, 415, 429),
    dependencies=[Depends(may_write)],
)
async def file_recorded(
    request: Request,
    served: Current,
    heavy: Heavy,
    database: Store,
    content: Annotated[bytes, Depends(sent)],
    idempotency_key: Key = None,
) -> Response:
    """Record a meter file, read by the mapping of the release; a `dry_run` only says what would become of it."""
    upload = await upload_of(request, content)
    return await heavy.run(_file_recorded, served, database, upload, idempotency_key)


def _file_recorded(served: Served, database: Database, upload: Upload, key: str | None) -> Response:
    return send({**stamp(served), **record_file(served, database, upload, key)})


@router.get("/batches", response_model=bodies.BatchList)
def all_batches(
    served: Current,
    database: Store,
    limit: Limit = 50,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    """What came, when, from whom, and with what result, the latest first."""
    return send({**stamp(served), **batches(database, limit, before)})


@router.get("/batches/{number}", response_model=bodies.BatchDetail, responses=declared(404))
def one_batch(number: Number, served: Current, database: Store) -> Response:
    """One batch with what was rejected of it."""
    return send({**stamp(served), **batch(database, number)})
