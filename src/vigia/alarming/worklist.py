"""The list that people work through: events that are wanted, one line an incident, the gravest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import pandas as pd

from vigia.vocabulary.events import SEVERITIES

Order = Literal["severity", "start", "energy"]
RANK = {name: place for place, name in enumerate(SEVERITIES)}
WORTH = ("money", "energy", "event_id")
ORDERS: dict[str, tuple[str, ...]] = {
    "severity": ("severity", "ended", *WORTH),
    "start": ("start", *WORTH),
    "energy": WORTH,
}
"""Keys of each order: grave events, open ones, late ones and costly ones come first."""


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
    found = leading.assign(members=members.reindex(incident_of(leading)).to_numpy())
    return found if order == "severity" else _ranked(found, order)


def incident_of(events: pd.DataFrame) -> pd.Series:
    """What counts once: the group of each event, or the event itself where it has none."""
    return events["group_id"].fillna(events["event_id"])


def _ranked(events: pd.DataFrame, order: Order) -> pd.DataFrame:
    """Sorted; of equals, those with more money, then more energy at stake, then by id."""
    keys = {
        "severity": events["severity"].map(RANK).to_numpy(dtype=float),
        "ended": events["end"].notna().to_numpy(),
        "start": -pd.DatetimeIndex(events["start"]).asi8,
        "money": -events["money_at_stake"].fillna(0.0).to_numpy(),
        "energy": -events["energy_at_stake_kwh"].fillna(0.0).to_numpy(),
        "event_id": pd.factorize(events["event_id"], sort=True)[0],
    }
    return events.iloc[np.lexsort([keys[name] for name in reversed(ORDERS[order])])]
