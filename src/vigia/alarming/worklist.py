"""The list that people work through: events that are wanted, one line an incident, the gravest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pandas as pd

from vigia.vocabulary.events import SEVERITIES

Order = Literal["severity", "start", "energy"]
RANK = {name: place for place, name in enumerate(SEVERITIES)}
WORTH = (("money", False), ("energy", False), ("event_id", True))
ORDERS: dict[str, tuple[tuple[str, bool], ...]] = {
    "severity": (("severity", True), ("ended", True), *WORTH),
    "start": (("start", False), *WORTH),
    "energy": WORTH,
}
"""Keys of each order and whether they ascend: grave ones, open ones, late ones and costly ones come first."""


@dataclass(frozen=True)
class Wanted:
    """Which events are asked for; what is None does not matter.

    Attributes:
        mode: as they were known (`past_only`), or with all of the history.
        clients: of these alone.
        class_: of one class.
        kind: of one kind.
        stake: of one stake.
        severity: of one severity.
        start: those that last beyond this time, open ones among them.
        end: those that begin before it.
    """

    mode: str = "past_only"
    clients: Collection[str] | None = None
    class_: str | None = None
    kind: str | None = None
    stake: str | None = None
    severity: str | None = None
    start: datetime | None = None
    end: datetime | None = None


def select(events: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """The rows of table `events` that are wanted, in its order."""
    keep = events["mode"] == wanted.mode
    for column, value in (
        ("class", wanted.class_),
        ("kind", wanted.kind),
        ("stake", wanted.stake),
        ("severity", wanted.severity),
    ):
        if value is not None:
            keep &= events[column] == value
    if wanted.clients is not None:
        keep &= events["client_id"].isin(list(wanted.clients))
    if wanted.start is not None:
        keep &= events["end"].isna() | (events["end"] > wanted.start)
    if wanted.end is not None:
        keep &= events["start"] < wanted.end
    return events.loc[keep]


def incidents(events: pd.DataFrame, order: Order = "severity") -> pd.DataFrame:
    """One row an incident, in order: the gravest member of a group speaks, column `members` has the clients of all."""
    ranked = _ranked(events, "severity")
    incident = incident_of(ranked)
    leading = ranked[~incident.duplicated()]
    members = ranked.groupby(incident, sort=False)["client_id"].agg(list)
    return _ranked(leading.assign(members=members.reindex(incident_of(leading)).to_numpy()), order)


def incident_of(events: pd.DataFrame) -> pd.Series:
    """What counts once: the group of each event, or the event itself where it has none."""
    return events["group_id"].fillna(events["event_id"])


def _ranked(events: pd.DataFrame, order: Order) -> pd.DataFrame:
    """Sorted; of equals, those with more money, then more energy at stake, then by id."""
    columns = {
        "severity": events["severity"].map(RANK),
        "ended": events["end"].notna(),
        "start": events["start"],
        "money": events["money_at_stake"].fillna(0.0),
        "energy": events["energy_at_stake_kwh"].fillna(0.0),
        "event_id": events["event_id"],
    }
    names, ascending = zip(*ORDERS[order], strict=True)
    keys = pd.DataFrame(columns).reset_index(drop=True)
    return events.iloc[keys.sort_values(list(names), ascending=list(ascending)).index]
