"""What people found out about a client's earlier events, and how much the next ones of the same kind weigh for that.

An event that is like confirmed ones deserves more attention, and one that is like dismissed ones less. The weight is
twice the posterior mean of the share that is confirmed, from a uniform prior (Laplace's rule of succession): between 0
and 2, and 1 while nothing is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vigia.detection.events.reasons import with_counts
from vigia.detection.finding import Verdict, standing


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
