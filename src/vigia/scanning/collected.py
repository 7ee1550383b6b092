"""What workers found of a folder, put together as it comes."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from vigia.detection.detected import Detected


@dataclass(frozen=True)
class Rejected:
    """Lines of a file that were not taken for one reason: how many, and the first."""

    file: str
    reason: str
    count: int
    first_line: int


@dataclass(frozen=True)
class ScannedFolder:
    """What a folder says.

    Attributes:
        events, event_channels, issues: tables of these names.
        clients: names by client.
        data_until: last reading by client.
        files: counts of lines by file, as `Ingested.summary`.
        rejected: lines that were not taken.
        hours: by client, hours from its first to its last one, and how many of them have active energy.
    """

    events: pd.DataFrame
    event_channels: pd.DataFrame
    issues: pd.DataFrame
    clients: dict[str, str]
    data_until: dict[str, pd.Timestamp]
    files: list[dict[str, Any]]
    rejected: list[Rejected]
    hours: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Part:
    """What a worker found: small tables by client, and what it did not take."""

    found: dict[str, Detected]
    clients: dict[str, str]
    data_until: dict[str, pd.Timestamp]
    quarantine: pd.DataFrame
    issues: pd.DataFrame
    files: list[dict[str, Any]]
    hours: dict[str, tuple[int, int]]


@dataclass
class Collected:
    """The same of all workers so far, with counts instead of rejected lines."""

    found: dict[str, Detected] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    data_until: dict[str, pd.Timestamp] = field(default_factory=dict)
    issues: list[pd.DataFrame] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    rejected: dict[tuple[str, str], Rejected] = field(default_factory=dict)
    hours: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Take in what a worker found."""
        self.found |= part.found
        self.clients |= part.clients
        self.data_until |= part.data_until
        self.hours |= part.hours
        self.issues.append(part.issues)
        for counts in part.files:
            known = self.files.setdefault(str(counts["file"]), counts)
            if known is not counts:
                for name in ("read", "accepted", "rejected", "duplicates"):
                    known[name] += counts[name]
        self.reject(part.quarantine)

    def reject(self, quarantine: pd.DataFrame) -> None:
        """Count lines that were not taken."""
        groups = quarantine.groupby(["source_file", "reason"], sort=False)["line"].agg(["size", "min"])
        for (file, reason), size, first in zip(groups.index, groups["size"], groups["min"], strict=True):
            known = self.rejected.get((file, reason), Rejected(file, reason, 0, int(first)))
            first = min(known.first_line, int(first))
            self.rejected[file, reason] = Rejected(file, reason, known.count + int(size), first)
