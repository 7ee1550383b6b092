"""Readings that are kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from serving.answers import send, stamp
from serving.arrived.record import batch, batches, record
from serving.bodies import arrived as bodies
from serving.intake.queue import Heavy
from serving.intake.reading import described, parsed
from serving.problems import declared
from serving.release.served import Served
from serving.routes.parameters import Current, Limit
from serving.routes.posted import posted
from vigia.store import Database

router = APIRouter(prefix="/readings", responses=declared(503))
Number = Annotated[int, Path(ge=1, le=2**53)]


def store(request: Request) -> Database:
    """The store of the fleet in operation."""
    database: Database = request.app.state.current.database()
    return database


Store = Annotated[Database, Depends(store)]


@router.post(
    "",
    response_model=bodies.Recorded,
    openapi_extra=described(bodies.RecordRequest),
    responses=declared(408, 409, 413, 415, 429),
)
async def recorded(
    served: Current,
    heavy: Heavy,
    database: Store,
    content: Annotated[bytes, Depends(posted)],
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Response:
    """Record readings; what is answered here is kept. All answers follow them within a few seconds."""
    return await heavy.run(_recorded, served, database, content, idempotency_key)


def _recorded(served: Served, database: Database, content: bytes, key: str | None) -> Response:
    request = parsed(bodies.RecordRequest, content)
    return send({**stamp(served), **record(served, database, request, content, key)})


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
