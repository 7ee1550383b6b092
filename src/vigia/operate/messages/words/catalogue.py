"""The fixed words of messages: one structure, which every language fills.

A text may hold `{placeholders}`, the same ones in every language. Nothing here accuses anybody: an anomaly is something
to be verified.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """A text for one thing and one for another number of things, `{count}`."""

    one: str
    many: str

    def of(self, count: int) -> str:
        """The text that fits the number.

        >>> Count("1 new", "{count} new").of(1200)
        '1,200 new'
        """
        return self.one if count == 1 else self.many.replace("{count}", f"{count:,}")


@dataclass(frozen=True)
class DigestWords:
    """The digest of a day.

    Attributes:
        sections: titles by section.
        notes: what is said below a title, where it needs a sentence.
        parts: how many of each section, in a line.
    """

    subject: str
    heading: str
    first: str
    since: str
    quiet: str
    quiet_line: str
    nothing_open: str
    data_until: str
    to_verify: str
    all: Count
    left: Count
    open: Count
    sections: Mapping[str, str]
    notes: Mapping[str, str]
    parts: Mapping[str, Count]
    more: Count
    severity: str
    at_stake: str
    others: str
    withdrawn: str
    filter: str
    of_sector: str
    of_clients: str
    of_severity: str


@dataclass(frozen=True)
class LineWords:
    """One alert in a line."""

    members: Count
    grade: str
    going_on: str
    over: str
    interval: str
    before: str
    in_review: str
    assignee: str
    merged: str


@dataclass(frozen=True)
class AlarmWords:
    """A message of the watchdog: by problem what is known, and what follows from it."""

    subject: str
    known: Mapping[str, str]
    never: str
    advice: Mapping[str, str]
    clients: str
    last_reading: str
    silent: Count
    refused: Count


@dataclass(frozen=True)
class MessageWords:
    """All of them in one language."""

    digest: DigestWords
    line: LineWords
    alarm: AlarmWords
    board: str
    footer: str
    unsubscribe: str
