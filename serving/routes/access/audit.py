"""What was done and refused."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from serving.access import may
from serving.answers import send
from serving.bodies.access import AuditList
from serving.problems import declared
from serving.routes.parameters import Limit, Store
from vigia.store.access import audit

router = APIRouter(responses=declared(503), dependencies=[may("admin")])


@router.get("/audit", response_model=AuditList)
def all_entries(
    database: Store, limit: Limit = 50, before: Annotated[int | None, Query(ge=1, le=2**53)] = None
) -> Response:
    """Every write and every refusal, with who asked, the latest first."""
    with database.reading() as connection:
        found = audit.listed(connection, limit + 1, before)
    following = found[limit - 1].id if len(found) > limit else None
    return send({"items": [vars(entry) for entry in found[:limit]], "next_before": following})
