"""How models do of late, and what retrainings came to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from vigia.store.tables import DRIFT, RETRAININGS


@dataclass(frozen=True)
class Drift:
    """How the model of a client does of late, beside what its release promised.

    Attributes:
        coverage: share of the last days' hours inside the 95 % band, 0 to 1; none where there are too few.
        coverage_low, coverage_high: between which it should be.
        wape: of what was expected of the last days, as a share.
        release_wape: the same of the last days of the release.
        due: whether it asks for retraining.
    """

    client_id: str
    coverage: float | None
    coverage_low: float
    coverage_high: float
    wape: float | None
    release_wape: float | None
    due: bool


@dataclass(frozen=True)
class Retraining:
    """A retraining: why and by whom, which release came of it, and what was decided about that.

    Attributes:
        report: the shadow report: what would become of alerts, forecasts and the bench.
        error: why there is no release; none = there is one, or it goes on.
    """

    id: int
    started_at: datetime
    finished_at: datetime | None
    why: str
    actor: str
    release: str | None
    decision: str | None
    report: Mapping[str, Any] | None
    error: str | None


def keep_drift(connection: Connection, day: date, rows: Sequence[Drift]) -> None:
    """Keep the figures of a day instead of those that were there of it."""
    connection.execute(delete(DRIFT).where(DRIFT.c.day == day))
    if rows:
        connection.execute(insert(DRIFT), [{**asdict(each), "day": day} for each in rows])


def latest_drift(connection: Connection) -> tuple[date | None, list[Drift]]:
    """The figures of the latest day that has some."""
    day = connection.execute(select(func.max(DRIFT.c.day))).scalar_one()
    if day is None:
        return None, []
    names = Drift.__dataclass_fields__
    rows = connection.execute(select(*(DRIFT.c[name] for name in names)).where(DRIFT.c.day == day).order_by(DRIFT.c.id))
    return day, [Drift(**row) for row in rows.mappings()]


def begin(connection: Connection, why: str, actor: str, now: datetime) -> int:
    """Note that a retraining began; returns its number."""
    row = {"started_at": now, "why": why, "actor": actor}
    return int(connection.execute(insert(RETRAININGS).returning(RETRAININGS.c.id), row).scalar_one())


def note(connection: Connection, number: int, **values: Any) -> None:
    """Write down what became of it: columns of the table by name."""
    connection.execute(update(RETRAININGS).where(RETRAININGS.c.id == number).values(**values))


def retrainings(connection: Connection, limit: int) -> list[Retraining]:
    """Retrainings, the latest first."""
    rows = connection.execute(select(RETRAININGS).order_by(RETRAININGS.c.id.desc()).limit(limit)).mappings()
    return [_retraining(row) for row in rows]


def _retraining(row: RowMapping) -> Retraining:
    return Retraining(**row)
