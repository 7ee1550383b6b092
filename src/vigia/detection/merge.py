"""From findings to events: one cause is one line, with each channel's own dates."""

import hashlib
from collections.abc import Container
from dataclasses import dataclass

import pandas as pd

from vigia.detection.components import Component, Series
from vigia.frames import CHANNELS, EVENT_KINDS

BRIEF = 0.1
"""A finding shorter than this share of the longest one does not name the event."""
OF_SHAPE = {"shape_change", "power_factor_shift"}
KIND_PRIORITY = (
    "negative",
    "zero_run",
    "near_zero_floor",
    "stuck_value",
    "spike",
    "level_down",
    "level_up",
    "slow_drift",
    "band_breach",
    "reactive_shift",
    "power_factor_shift",
    "shape_change",
    "voltage_loss",
    "voltage_swell",
    "voltage_sag",
    "phase_imbalance",
    "clock_shift",
    "missing_data",
)


OF_ITS_OWN = ("negative", "zero_run", "near_zero_floor", "stuck_value")
"""Kinds that a level shift does not explain: long after its onset they are news, and an event by themselves."""


@dataclass
class Event:
    """Findings of one client and mode that have one cause."""

    parts: list[Component]

    @property
    def first(self) -> Component:
        """The finding that was known first."""
        return self.parts[0]

    @property
    def recovery(self) -> int:
        """Hour at which the end of all findings was known."""
        return max(part.recovery for part in self.parts)

    @property
    def stop(self) -> int:
        """Hour after the last of all findings."""
        return max(part.stop for part in self.parts)

    @property
    def channels(self) -> list[str]:
        """Channels in contract order."""
        return [channel for channel in CHANNELS if any(part.channel == channel for part in self.parts)]

    @property
    def lasting_kinds(self) -> set[str]:
        """Kinds of its findings, brief ones apart."""
        longest = max(part.stop - part.start for part in self.parts)
        return {part.kind for part in self.parts if part.stop - part.start >= BRIEF * longest}

    @property
    def kind(self) -> str:
        """The most telling kind of its findings, brief ones apart."""
        return min(self.lasting_kinds, key=KIND_PRIORITY.index)

    @property
    def score(self) -> float:
        """The largest score of its findings."""
        return max(part.score for part in self.parts)

    def of(self, channel: str) -> list[Component]:
        """Findings of a channel."""
        return [part for part in self.parts if part.channel == channel]


def class_of(kind: str) -> str:
    """Class of a kind."""
    return next((name for name, kinds in EVENT_KINDS.items() if kind in kinds), "consumption")


def merge(found: list[Component], join_days: float, wait_hours: int) -> list[Event]:
    """Join findings in the order in which they were known.

    A finding joins an event of its class that goes on (or whose merge wait has not passed) when it began within
    `join_days` of the event's first finding, or when it is the same channel and overlaps it. A voltage that is too
    high is another event than one that is too low, and so is a meter that stops while a level is away since long, a
    level that leaves while the shape of the day or the power factor is away, or one that goes still further away.
    """
    events: list[Event] = []
    for part in sorted(found, key=lambda part: (part.alert, part.start, CHANNELS.index(part.channel), part.kind)):
        for event in reversed(events):
            if class_of(event.first.kind) == class_of(part.kind) and _joins(event, part, join_days, wait_hours):
                event.parts.append(part)
                break
        else:
            events.append(Event([part]))
    return events


def _joins(event: Event, part: Component, join_days: float, wait_hours: int) -> bool:
    if part.alert > event.recovery + wait_hours:
        return False
    if class_of(part.kind) == "supply" and any(other.sign * part.sign < 0 for other in event.parts):
        return False
    near = abs(part.start - event.first.start) <= 24 * join_days
    if part.deeper:
        return near
    same = [other for other in event.of(part.channel) if other.sign * part.sign >= 0]
    same = [other for other in same if other.kind == part.kind or _is_one_matter(other, part)]
    return near or any(part.start <= other.stop + wait_hours and other.start <= part.stop for other in same)


def _is_one_matter(before: Component, part: Component) -> bool:
    """Whether a finding may be the going on of one of another kind; the shape of a day is not that of its energy."""
    return part.kind not in OF_ITS_OWN and not {before.kind, part.kind} & OF_SHAPE


def event_id(client_id: str, mode: str, when: pd.Timestamp, channels: str) -> str:
    """Pure hash of what an event is from its first alert on."""
    text = "|".join([client_id, mode, when.isoformat(), channels])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def identify(series: Series, event: Event, mode: str, taken: Container[str] = ()) -> str:
    """Identifier: hour of the first alert (two-sided: day of the start) and the channel that raised it.

    Where an event known by the same hour has that one (`taken`), the kind that raised it tells the two apart.
    """
    hour = event.first.alert if mode == "past_only" else 24 * (event.first.start // 24)
    plain = event_id(series.client_id, mode, series.at(hour), event.first.channel)
    return plain if plain not in taken else event_id(plain, mode, series.at(hour), event.first.kind)
