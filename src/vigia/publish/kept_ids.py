"""Which event of a new release is which known one, so that an event keeps its id for as long as it goes on.

The id of a detected event is a digest of when and where it was raised first. More readings can move that, so the
release in operation says which ids are known, and those go on.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from vigia import frames
from vigia.release.layout import read_registry

FOREVER = pd.Timestamp("2200-01-01", tz="UTC")
SAME = ["client_id", "mode", "class"]


def match_events(new: Path, current: Path) -> dict[str, str]:
    """`match` for two release folders; those of `current` go by the ids that it was brought into operation with."""
    known = _events(current)
    kept = read_registry(current).get("event_ids", {})
    return match(_events(new), known.assign(event_id=[kept.get(event, event) for event in known["event_id"]]))


def match(new: pd.DataFrame, known: pd.DataFrame) -> dict[str, str]:
    """Id of each new event to the id it goes by; those that keep their own are left out.

    An event that overlaps a known one, of the same client, mode and class, goes by the id of that one; each is used
    once, the longest overlap first.
    """
    return distinct(new["event_id"], _continued(new, known))


def distinct(events: Iterable[str], continued: Mapping[str, str]) -> dict[str, str]:
    """Ids that no two events share.

    An event that goes on may go by the id which another, new one was given at its detection: the new one gets another.

    >>> distinct(["a", "b"], {"b": "a"}) == {"b": "a", "a": another("a")}
    True
    """
    ids = {event: continued.get(event, event) for event in events}
    known = set(continued.values())
    taken = known | ids.keys()
    for event in sorted((ids.keys() - continued.keys()) & known):
        while ids[event] in taken:
            ids[event] = another(ids[event])
        taken.add(ids[event])
    return {event: known for event, known in sorted(ids.items()) if event != known}


def another(event: str) -> str:
    """An id made of an id, of the same length."""
    return hashlib.sha256(event.encode()).hexdigest()[: len(event)]


def _events(release: Path) -> pd.DataFrame:
    return frames.read(release / "events.parquet", "events")[["event_id", *SAME, "start", "end"]]


def _continued(fresh: pd.DataFrame, known: pd.DataFrame) -> dict[str, str]:
    pairs = fresh.merge(known, on=SAME, suffixes=("", "_known"))
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
