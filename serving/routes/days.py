"""What runs by itself: daily runs, how models do of late, retrainings."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from serving.access import may
from serving.answers import send, stamp
from serving.bodies.operation import days as bodies
from serving.bodies.times import Day
from serving.problems import declared
from serving.routes.parameters import Current, Limit, Store
from vigia.store import modelling, runs
from vigia.store.modelling import Retraining
from vigia.store.runs import Run

router = APIRouter(responses=declared(503), dependencies=[may("reader")])
EARLIER = 20


@router.get("/runs", response_model=bodies.RunList)
def all_runs(
    served: Current, database: Store, limit: Limit = 50, before: Annotated[Day | None, Query()] = None
) -> Response:
    """Daily runs, the latest day first."""
    with database.reading() as connection:
        found = runs.listed(connection, limit + 1, before)
    following = found[limit - 1].day.isoformat() if len(found) > limit else None
    return send({**stamp(served), "items": [_line(each) for each in found[:limit]], "next_before": following})


@router.get("/runs/latest", response_model=bodies.RunAnswer)
def latest_run(served: Current, database: Store) -> Response:
    """The run of the latest day."""
    with database.reading() as connection:
        found = runs.listed(connection, 1)
    return send({**stamp(served), "run": _line(found[0]) if found else None})


@router.get("/drift", response_model=bodies.DriftList)
def drift(served: Current, database: Store) -> Response:
    """Which models no longer do what their release promised."""
    with database.reading() as connection:
        day, rows = modelling.latest_drift(connection)
    items = [vars(each) for each in rows]
    due = sum(each.due for each in rows)
    return send({**stamp(served), "day": day.isoformat() if day else None, "items": items, "due": due})


@router.get("/challenger", response_model=bodies.Challenger)
def challenger(served: Current, database: Store) -> Response:
    """What the last retraining came to: its shadow report, the gate, and what was decided."""
    with database.reading() as connection:
        found = [_retraining(each) for each in modelling.retrainings(connection, EARLIER + 1)]
    return send({**stamp(served), "latest": found[0] if found else None, "earlier": found[1:]})


def _retraining(each: Retraining) -> dict[str, Any]:
    return {
        "number": each.id,
        "started_at": each.started_at.isoformat(),
        "finished_at": each.finished_at.isoformat() if each.finished_at else None,
        "made": each.release,
        **{name: getattr(each, name) for name in ("why", "actor", "decision", "report", "error")},
    }


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
