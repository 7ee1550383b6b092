"""Daily runs: whether the day was done, and what became of it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from serving.access import may
from serving.answers import send, stamp
from serving.bodies import days as bodies
from serving.problems import declared
from serving.routes.parameters import Current, Limit, Store
from vigia.store import runs
from vigia.store.runs import Run

router = APIRouter(prefix="/runs", responses=declared(503), dependencies=[may("reader")])


@router.get("", response_model=bodies.RunList)
def all_runs(
    served: Current, database: Store, limit: Limit = 50, before: Annotated[date | None, Query()] = None
) -> Response:
    """Daily runs, the latest day first."""
    with database.reading() as connection:
        found = runs.listed(connection, limit + 1, before)
    following = found[limit - 1].day.isoformat() if len(found) > limit else None
    return send({**stamp(served), "items": [_line(each) for each in found[:limit]], "next_before": following})


@router.get("/latest", response_model=bodies.RunAnswer)
def latest_run(served: Current, database: Store) -> Response:
    """The run of the latest day."""
    with database.reading() as connection:
        found = runs.listed(connection, 1)
    return send({**stamp(served), "run": _line(found[0]) if found else None})


def _line(run: Run) -> dict[str, Any]:
    return {
        "day": run.day.isoformat(),
        "attempts": run.attempts,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "step": run.step,
        "counts": run.counts,
        "with_release": run.release,
        "error": run.error,
    }
