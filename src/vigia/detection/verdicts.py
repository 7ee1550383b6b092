"""What people found out about a client's earlier events, and how much the next ones of the same kind weigh for that.

An event that is like confirmed ones deserves more attention, and one that is like dismissed ones less. The weight is
twice the posterior mean of the share that is confirmed, from a uniform prior (Laplace's rule of succession): between 0
and 2, and 1 while nothing is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vigia.detection.reasons import with_counts

SAME_EVENT = pd.Timedelta(days=2)
"""Starts this near are of one event: the two modes, and a later look, date it a little differently."""
NEW_NORMAL = "new_normal"


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
class Judged:
    """How many earlier events were confirmed and dismissed.

    >>> Judged().weight, Judged(confirmed=1).weight, Judged(dismissed=2).weight
    (1.0, 1.3333333333333333, 0.5)
    """

    confirmed: int = 0
    dismissed: int = 0

    @property
    def weight(self) -> float:
        """By how much a score is multiplied."""
        return 2 * (1 + self.confirmed) / (2 + self.confirmed + self.dismissed)


def of_client(table: pd.DataFrame | None, client_id: str) -> tuple[Verdict, ...]:
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


def judged(event: Mapping[Any, Any], verdicts: Iterable[Verdict]) -> Judged:
    """What is known of other events of its client and kind: of a past-only event, by its first alert."""
    alert = event["first_alert_at"]
    known = [each for each in verdicts if pd.isna(alert) or each.recorded_at < alert]
    kind, start = str(event["kind"]), event["start"]
    others = [each.verdict for each in standing(known) if each.kind == kind and not each.is_on(kind, start)]
    return Judged(others.count("confirmed"), others.count("dismissed"))


def weighed(events: pd.DataFrame, verdicts: tuple[Verdict, ...]) -> pd.DataFrame:
    """One client's events with the weight of its verdicts in their score, and why in reason and witnesses."""
    if not verdicts or events.empty:
        return events
    rows = events.to_dict("records")
    for event in rows:
        known = judged(event, verdicts)
        counts = {"confirmed": known.confirmed, "dismissed": known.dismissed}
        words = [f"verdicts:{name}={count}" for name, count in counts.items() if count]
        if not words:
            continue
        past = bool(pd.notna(event["first_alert_at"]))
        event["score"] *= known.weight
        event["reason_es"] = with_counts(event["reason_es"], **counts, past=past, spanish=True)
        event["reason_en"] = with_counts(event["reason_en"], **counts, past=past, spanish=False)
        said = [event["witnesses"]] if pd.notna(event["witnesses"]) and event["witnesses"] else []
        event["witnesses"] = "|".join([*said, *words])
    changed = {
        name: pd.Series([event[name] for event in rows], index=events.index, dtype=events[name].dtype)
        for name in ("score", "reason_es", "reason_en", "witnesses")
    }
    return events.assign(**changed)
