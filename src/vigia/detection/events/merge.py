"""From findings to events: one cause is one line, with each channel's own dates."""

from dataclasses import dataclass

from vigia.detection.finding import Finding
from vigia.frames import CHANNELS
from vigia.vocabulary import PRIORITY, class_of, kind_of

BRIEF = 0.1
"""A finding shorter than this share of the longest one does not name the event."""


@dataclass
class Event:
    """Findings of one client and mode that have one cause."""

    parts: list[Finding]

    @property
    def first(self) -> Finding:
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
        return min(self.lasting_kinds, key=PRIORITY.__getitem__)

    @property
    def sign(self) -> int:
        """Above (+1) or below (-1) the normal, as its first channel says it; 0 where none does."""
        ordered = [part for channel in self.channels for part in self.of(channel)]
        return next((part.sign for part in ordered if part.sign), 0)

    @property
    def score(self) -> float:
        """The largest score of its findings."""
        return max(part.score for part in self.parts)

    def of(self, channel: str) -> list[Finding]:
        """Findings of a channel."""
        return [part for part in self.parts if part.channel == channel]


def merge(found: list[Finding], join_days: float, wait_hours: int) -> list[Event]:
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


def _joins(event: Event, part: Finding, join_days: float, wait_hours: int) -> bool:
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


def _is_one_matter(before: Finding, part: Finding) -> bool:
    """Whether a finding may be the going on of one of another kind; the shape of a day is not that of its energy."""
    shape = kind_of(before.kind).of_shape or kind_of(part.kind).of_shape
    return not kind_of(part.kind).stands_alone and not shape
