"""What detection speaks of: findings, and what people said of the events that they became."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from vigia.vocabulary import kind_of

SAME_EVENT = pd.Timedelta(days=2)
"""Starts this near are of one event: the two modes, and a later look, date it a little differently."""
NEW_NORMAL = "new_normal"
UNTIL_NEVER = 10**9
"""Hour at which the end is known of what goes on."""


@dataclass(frozen=True)
class Finding:
    """One channel away from its normal in one interval, for one reason: hours `[start, stop)` from the first midnight.

    Attributes:
        channel: one of `frames.CHANNELS`.
        kind: as in the events table.
        start: first hour.
        stop: hour after the last; the series' end while it goes on.
        alert: hour at which it was known, past-only.
        recovery: hour at which its end was known; after the series' end while it goes on.
        sign: above (+1) or below (-1) the normal.
        score: how far away, in limits; 1 is just enough.
        deeper: a further step of a shift that goes on.
    """

    channel: str
    kind: str
    start: int
    stop: int
    alert: int
    recovery: int
    sign: int
    score: float
    deeper: bool = False

    @property
    def watched(self) -> str:
        """What was watched: a channel, or a quantity made of several, named by its kind."""
        return self.kind if kind_of(self.kind).watched_by_kind else self.channel


@dataclass(frozen=True)
class Verdict:
    """A row of table `verdicts` without its client and note."""

    kind: str
    start: pd.Timestamp
    verdict: str
    recorded_at: pd.Timestamp

    def is_on(self, kind: str, start: pd.Timestamp) -> bool:
        """Whether it is on an event of that kind that begins then."""
        return self.kind == kind and abs(self.start - start) <= SAME_EVENT


@dataclass(frozen=True)
class Accepted:
    """An event that a person accepted as the new normal, past-only.

    Attributes:
        class_: its class.
        raised: whether it was raised before the verdict; else it never is.
        end: the midnight from which on it is usual.
        parts: what it consisted of by then: what was watched, and the hour of the alert.
        known: findings as they were known by then, which is what is left of those that would go on.
    """

    class_: str
    raised: bool
    end: int
    parts: frozenset[tuple[str, int]]
    known: tuple[Finding, ...]

    def holds(self, name: str, alert: int) -> bool:
        """Whether a finding is part of it."""
        return (name, alert) in self.parts


def verdicts_of(table: pd.DataFrame | None, client_id: str) -> tuple[Verdict, ...]:
    """The verdicts on a client's events, in the order in which they were written."""
    if table is None or table.empty:
        return ()
    mine = table[table["client_id"] == client_id].sort_values("recorded_at", kind="stable")
    columns = (mine[name] for name in ("kind", "start", "verdict", "recorded_at"))
    return tuple(Verdict(*row) for row in zip(*columns, strict=True))


def standing(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The last verdict on each event: a later one replaces an earlier one."""
    kept: list[Verdict] = []
    for each in reversed(list(verdicts)):
        if not any(each.is_on(later.kind, later.start) for later in kept):
            kept.append(each)
    return kept[::-1]
