"""Runs of the day, how models do, and retraining."""

from datetime import date, datetime
from typing import Any

from vigia.client.answers.base import Answer, Part


class RunLine(Part):
    """A run of the day; `step` is the last one that was done, `error` why the last attempt ended."""

    day: date
    attempts: int
    started_at: datetime
    finished_at: datetime | None
    step: str
    counts: dict[str, Any]
    with_release: str | None
    error: str | None


class RunList(Answer):
    """Runs, the latest day first."""

    items: list[RunLine]
    next_before: date | None

    @property
    def rows(self) -> list[RunLine]:
        """The runs of the page."""
        return self.items

    @property
    def onward(self) -> dict[str, Any]:
        """What to ask for the earlier ones."""
        return {} if self.next_before is None else {"before": self.next_before}


class RunAnswer(Answer):
    """One run; none where there was none yet."""

    run: RunLine | None


class DriftLine(Part):
    """How the model of a client does of late, beside what its release promised; shares. `due`: retraining is."""

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


class RetrainingLine(Part):
    """A retraining, what its release would change, and what was decided."""

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
