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
