"""Which event of a new release is which known one, so that an event keeps its id for as long as it goes on.

The id of a detected event is a digest of when and where it was raised first. More readings can move that, so the
release in operation says which ids are known, and those go on.
"""

import hashlib
from collections.abc import Iterable, Mapping

import pandas as pd

FOREVER = pd.Timestamp("2200-01-01", tz="UTC")
SAME = ["client_id", "mode", "class"]


def match(new: pd.DataFrame, known: pd.DataFrame) -> dict[str, str]:
    """Id of each new event to the id it goes by; those that keep their own are left out.

    An event that goes on from a known one (`continued`) goes by the id of that one.
    """
    return distinct(new["event_id"], continued(new, known))


def distinct(events: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Ids that no two events share.

    An event that goes on may go by the id which another, new one was given at its detection: the new one gets another.

    >>> distinct(["a", "b"], {"b": "a"}) == {"b": "a", "a": another("a")}
    True
    """
    ids = {event: known.get(event, event) for event in events}
    old = set(known.values())
    taken = old | ids.keys()
    for event in sorted((ids.keys() - known.keys()) & old):
        while ids[event] in taken:
            ids[event] = another(ids[event])
        taken.add(ids[event])
    return {event: kept for event, kept in sorted(ids.items()) if event != kept}


def another(event: str) -> str:
    """An id made of an id, of the same length."""
    return hashlib.sha256(event.encode()).hexdigest()[: len(event)]


def continued(new: pd.DataFrame, known: pd.DataFrame) -> dict[str, str]:
    """The known event that a new one is: of the same client, mode and class, and overlapping.

    Each known event is used once, the longest overlap first. Open events go on for ever.
    """
    columns = ["event_id", *SAME, "start", "end"]
    pairs = new[columns].merge(known[columns], on=SAME, suffixes=("", "_known"))
    end, end_known = pairs["end"].fillna(FOREVER), pairs["end_known"].fillna(FOREVER)
    first = pairs["start"].where(pairs["start"] > pairs["start_known"], pairs["start_known"])
    pairs["overlap"] = (end.where(end < end_known, end_known) - first).dt.total_seconds()
    pairs = pairs[pairs["overlap"] > 0].sort_values(
        ["overlap", "event_id", "event_id_known"], ascending=[False, True, True]
    )
    found: dict[str, str] = {}
    used: set[str] = set()
    for event, known_id in zip(pairs["event_id"].astype(str), pairs["event_id_known"].astype(str), strict=True):
        if event not in found and known_id not in used:
            found[event] = known_id
            used.add(known_id)
    return found
