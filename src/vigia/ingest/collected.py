"""What has been taken from meter files so far, and the tables that it makes up in the end."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from vigia import frames
from vigia.config.sections.ingest import IngestParams
from vigia.ingest.clients import client_table
from vigia.ingest.rows import Rows


@dataclass(frozen=True)
class Ingested:
    """All tables of the stage, and counts by file (read = accepted + rejected + duplicates).

    What people wrote down (`site_log`, `verdicts`) is empty where only some files of a folder were read.
    """

    readings: pd.DataFrame
    native: pd.DataFrame
    clients: pd.DataFrame
    quarantine: pd.DataFrame
    issues: pd.DataFrame
    site_log: pd.DataFrame
    verdicts: pd.DataFrame
    summary: list[dict[str, Any]]


@dataclass
class Collected:
    """Everything that the files read so far gave: rows and names by client, the rest in the order in which it came."""

    zone: str
    rows: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    quarantine: list[pd.DataFrame] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    summary: list[dict[str, Any]] = field(default_factory=list)
    records: dict[str, pd.DataFrame] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    """By client, rows that could not be read."""
    left_out: dict[str, int] = field(default_factory=dict)
    """By client, rows that could be read and were not taken."""

    def issue(self, client: str, code: str, severity: str, message: str, start: Any = None, end: Any = None) -> None:
        """Note a problem of a client."""
        row = {"client_id": client, "code": code, "severity": severity, "start": start, "end": end, "message": message}
        self.issues.append(row)

    def recount(self, rows: pd.DataFrame, what: str) -> None:
        """Rows that were accepted by themselves turn out to be `rejected` or `duplicates` beside other files."""
        left_out = rows["source_file"].value_counts()
        for counts in self.summary:
            number = int(left_out.get(counts["file"], 0))
            if number:
                counts["accepted"] -= number
                counts[what] += number

    def reject(self, client: str, rows: pd.DataFrame) -> None:
        """Rows that were accepted by themselves are lost beside others; they have a `reason`."""
        if len(rows):
            self.replaced(rows)
            self.left_out[client] = self.left_out.get(client, 0) + len(rows)

    def replaced(self, rows: pd.DataFrame) -> None:
        """Rows for which better ones stand; they have a `reason`."""
        self.recount(rows, "rejected")
        self.quarantine.append(rows[["source_file", "line", "raw", "reason"]])

    def left_out_share(self, client: str) -> float:
        """Of the rows of a client, what was not taken, in 0 to 1; repeated and replaced ones are not lost."""
        total = sum(len(part) for part in self.rows[client]) + self.rejected.get(client, 0)
        lost = self.rejected.get(client, 0) + self.left_out.get(client, 0)
        return lost / total if total else 0.0

    def keep(self, rows: Rows, file: str, name: str | None = None) -> None:
        """Add the accepted rows of a file; `name` is that of its one client, if it is known."""
        for client, count in rows.rejected_of.items():
            self.rejected[client] = self.rejected.get(client, 0) + count
        for each, part in rows.accepted.groupby("client_id", sort=False):
            self.rows.setdefault(str(each), []).append(part.assign(source_file=file))
            self.names.setdefault(str(each), name or str(each))

    def count(self, file: str, digest: str | None, rows: Rows) -> None:
        """Add a file's counts, and its rejected rows."""
        self.summary.append(
            {
                "file": file,
                "sha256": digest,
                "read": rows.read,
                "accepted": len(rows.accepted),
                "rejected": len(rows.rejected),
                "duplicates": rows.duplicates,
            }
        )
        if len(rows.rejected):
            self.quarantine.append(rows.rejected.assign(source_file=file)[["source_file", "line", "raw", "reason"]])

    def tables(
        self,
        native: dict[str, pd.DataFrame],
        readings: dict[str, pd.DataFrame],
        sectors: dict[str, str],
        params: IngestParams,
    ) -> Ingested:
        """All tables, of the clients that have readings."""
        names = {client: self.names[client] for client in readings}
        return Ingested(
            frames.check("readings", frames.concat("readings", readings.values(), self.zone)),
            frames.check("native", frames.concat("native", native.values(), self.zone)),
            frames.check("clients", client_table(names, sectors, params)),
            _table("quarantine", self.quarantine, self.zone),
            _table("issues", [pd.DataFrame(self.issues)] if self.issues else [], self.zone),
            self.records.get("site_log", frames.empty("site_log", self.zone)),
            self.records.get("verdicts", frames.empty("verdicts", self.zone)),
            self.summary,
        )


def _table(name: str, parts: list[pd.DataFrame], zone: str) -> pd.DataFrame:
    if not parts:
        return frames.empty(name, zone)
    frame = pd.concat(parts, ignore_index=True)
    for column in ("start", "end"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_convert(zone)
    return frames.check(name, frame)
