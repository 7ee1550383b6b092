"""Truth against events: what counts as found, and what was there without the fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from vigia.bench.subjects import hours_since
from vigia.vocabulary import class_of

Span = tuple[float, float]
"""First hour and hour after the last, counted from the client's first midnight."""

SMALLEST_OVERLAP = 0.5
OPPOSITE = ({"level_up", "level_down"}, {"voltage_swell", "voltage_sag"})
"""Kinds of which one never stands for the other."""
LARGEST_SHARE = 0.5
"""An event over a longer share of the history finds nothing."""


@dataclass(frozen=True)
class Truth:
    """What was done: the interval of each changed channel, and what would be right."""

    spans: Mapping[str, Span]
    kinds: tuple[str, ...]
    causes: tuple[str, ...]

    @classmethod
    def of(cls, labels: pd.DataFrame, origin: pd.Timestamp) -> "Truth":
        """From the rows of table `labels` of one injection."""
        starts, ends = hours_since(origin, labels["start"]), hours_since(origin, labels["end"])
        spans = dict(zip(labels["channel"], zip(starts.tolist(), ends.tolist(), strict=True), strict=True))
        kinds, causes = (str(labels[name].iloc[0]) for name in ("expected_kinds", "expected_causes"))
        return cls(spans, tuple(filter(None, kinds.split("|"))), tuple(filter(None, causes.split("|"))))

    @property
    def start(self) -> float:
        """Onset."""
        return min(start for start, _ in self.spans.values())

    @property
    def end(self) -> float:
        """Hour after the last."""
        return max(end for _, end in self.spans.values())


@dataclass(frozen=True)
class Raised:
    """One event: the interval of each channel, and when it was first raised (past-only)."""

    event_id: str
    kind: str
    cause: str
    spans: Mapping[str, Span]
    alert: float = float("nan")

    @property
    def class_(self) -> str:
        """Class of its kind."""
        return class_of(self.kind)


def raised(events: pd.DataFrame, channels: pd.DataFrame, mode: str, origin: pd.Timestamp, hours: float) -> list[Raised]:
    """Events of a mode; one that goes on ends with the readings, at `hours`."""
    mine = events[events["mode"] == mode]
    starts, ends = hours_since(origin, channels["start"]), hours_since(origin, channels["end"])
    ends = np.where(np.isfinite(ends), ends, hours)
    spans: dict[str, dict[str, Span]] = {}
    for event, channel, start, end in zip(channels["event_id"], channels["channel"], starts, ends, strict=True):
        spans.setdefault(event, {})[channel] = (float(start), float(end))
    alerts = hours_since(origin, mine["first_alert_at"])
    return [
        Raised(event, kind, str(cause), spans[event], float(alert))
        for event, kind, cause, alert in zip(mine["event_id"], mine["kind"], mine["cause"], alerts, strict=True)
    ]


def overlap(first: Span, second: Span) -> float:
    """Intersection over union.

    >>> overlap((0, 10), (5, 15)), overlap((0, 1), (1, 2))
    (0.3333333333333333, 0.0)
    """
    both = min(first[1], second[1]) - max(first[0], second[0])
    return max(both, 0.0) / (max(first[1], second[1]) - min(first[0], second[0])) if both > 0 else 0.0


def cut(events: Sequence[Raised], hour: float) -> list[Raised]:
    """Past-only events as they stood at an hour: those that had been raised, going on till then at most."""
    known = [event for event in events if event.alert <= hour]
    return [
        replace(
            event, spans={name: (start, min(end, hour)) for name, (start, end) in event.spans.items() if start < hour}
        )
        for event in known
    ]


def caused(changed: Sequence[Raised], unchanged: Sequence[Raised]) -> list[Raised]:
    """Events with those channels only that are not there without the fault, at the same time and of the same class.

    By channel, because a fault's event may be merged with one that would be there anyway on another channel. What is
    there without the fault stands for one event with it, the most alike: a second one inside a long event is new.
    """
    pairs = []
    for number, event in enumerate(changed):
        for place, other in enumerate(unchanged):
            for channel in event.spans.keys() & other.spans.keys():
                alike = overlap(event.spans[channel], other.spans[channel])
                if other.class_ == event.class_ and alike >= SMALLEST_OVERLAP and not _turned(event, other):
                    pairs.append((-alike, number, place, channel))
    there: set[tuple[int, str]] = set()
    spent: set[tuple[int, str]] = set()
    for _, number, place, channel in sorted(pairs):
        if (number, channel) not in there and (place, channel) not in spent:
            there.add((number, channel))
            spent.add((place, channel))
    own = []
    for number, event in enumerate(changed):
        new = {channel: span for channel, span in event.spans.items() if (number, channel) not in there}
        if new:
            own.append(replace(event, spans=new))
    return own


def _turned(event: Raised, other: Raised) -> bool:
    return {event.kind, other.kind} in OPPOSITE


def match(truths: Sequence[Truth], events: Sequence[Raised], mode: str, history: float) -> dict[int, int]:
    """Which event is credited for which truth (places in the lists); each at most once, the better pairs first.

    Two-sided the better pair is the one with the larger overlap, past-only the one that was raised earlier.

    Args:
        truths: of one client.
        events: of the same client and mode.
        mode: past-only or two-sided.
        history: hours of the client's history.
    """
    pairs = []
    for place, truth in enumerate(truths):
        for number, event in enumerate(events):
            if not finds(truth, event, mode, history):
                continue
            rank = event.alert - truth.start if mode == "past_only" else -best_overlap(truth, event)
            pairs.append((rank, place, number))
    credited: dict[int, int] = {}
    for _, place, number in sorted(pairs):
        if place not in credited and number not in credited.values():
            credited[place] = number
    return credited


def finds(truth: Truth, event: Raised, mode: str, history: float) -> bool:
    """Right class, right channel, right time, and not over half of the history."""
    if event.class_ not in {class_of(kind) for kind in truth.kinds}:
        return False
    named = named_channels(truth, event)
    if not named or max(end - start for start, end in event.spans.values()) > LARGEST_SHARE * history:
        return False
    if mode == "past_only":
        return truth.start < event.alert <= truth.end
    return best_overlap(truth, event) >= SMALLEST_OVERLAP


def named_channels(truth: Truth, event: Raised) -> list[str]:
    """Changed channels that the event names; where active energy changed, no other energy stands for it."""
    wanted = set(truth.spans)
    if event.class_ != "supply" and "active" in wanted:
        wanted = {"active"}
    return [channel for channel in event.spans if channel in wanted]


def best_overlap(truth: Truth, event: Raised) -> float:
    """Largest overlap of a changed channel with what the event says of that channel."""
    return max((overlap(truth.spans[name], event.spans[name]) for name in named_channels(truth, event)), default=0.0)
