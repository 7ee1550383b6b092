"""What is said of daily runs."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from serving.bodies.base import Answer


class RunLine(BaseModel):
    """A run of the day. `step`: the last one that was done; `error`: why the last attempt ended; null = it did not."""

    day: date
    attempts: int
    started_at: datetime
    finished_at: datetime | None
    step: str
    counts: dict[str, Any]
    with_release: str | None
    error: str | None


class RunList(Answer):
    """Runs, the latest day first; `next_before` goes on behind them."""

    items: list[RunLine]
    next_before: date | None


class RunAnswer(Answer):
    """One run; null where there was none yet."""

    run: RunLine | None


class DriftLine(BaseModel):
    """How the model of a client does of late, beside what its release promised; shares, 0 to 1.

    `coverage`: of the last 28 days' hours inside the 95 % band; it should be within the two bounds. `wape`: of daily
    totals that were expected, on days without an event; `release_wape`: the same at the end of the release. `due`:
    whether this asks for retraining.
    """

    client_id: str
    coverage: float | None
    coverage_low: float
    coverage_high: float
    wape: float | None
    release_wape: float | None
    due: bool


class DriftList(Answer):
    """All clients on the latest day that was done."""

    day: date | None
    items: list[DriftLine]
    due: int


class RetrainingLine(BaseModel):
    """A retraining. `report`: what its release would change of alerts, forecasts and bench, and what the gate says."""

    number: int
    started_at: datetime
    finished_at: datetime | None
    why: str
    actor: str
    made: str | None
    decision: str | None
    report: dict[str, Any] | None
    error: str | None


class Challenger(Answer):
    """The latest retraining with its shadow report, and those before it."""

    latest: RetrainingLine | None
    earlier: list[RetrainingLine]
