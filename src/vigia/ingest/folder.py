"""A whole folder of meter files, with everything that was not taken and why."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from vigia import frames
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.clients import client_table, read_sectors
from vigia.ingest.files import cells_of, client_of, meter_files, read_content, read_lines
from vigia.ingest.hours import gaps, hourly, native_rows
from vigia.ingest.rows import VALUES, Rows, parse
from vigia.ingest.split import ClientLines
from vigia.records import SITE_LOG, VERDICTS, Records, read_site_log, read_verdicts

REASONS = 20


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
class _Collected:
    zone: str
    rows: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    quarantine: list[pd.DataFrame] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    summary: list[dict[str, Any]] = field(default_factory=list)
    records: dict[str, pd.DataFrame] = field(default_factory=dict)

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


def ingest_folder(raw: Path, params: IngestParams, fleet: FleetParams) -> Ingested:
    """Read all meter files of a folder.

    A file that cannot be understood is an issue and does not stop the others.

    Raises:
        IngestError: no file at all could be understood; the message lists why.
    """
    found = _Collected(fleet.timezone)
    for path in meter_files(raw, params):
        _take_file(path, params, found)
    for name, first in repeated_files(found.summary):
        found.issue(client_of(Path(name))[0], "same_file", "warns", same_content(name, first))
    native, readings = _hours(found, params)
    if not readings:
        raise nothing_understood(raw, [issue["message"] for issue in found.issues])
    sectors = _sectors(raw, params, found, readings)
    _keep_records("site_log", SITE_LOG, read_site_log(raw / SITE_LOG, fleet.timezone), found, readings)
    _keep_records("verdicts", VERDICTS, read_verdicts(raw / VERDICTS, fleet.timezone), found, readings)
    return _tables(found, native, readings, sectors, params)


def ingest_files(paths: Iterable[Path], params: IngestParams, zone: str) -> Ingested:
    """Read some meter files of a folder: all those of a client, so that nothing else need be in memory.

    The same as `ingest_folder` makes of these clients, without what the folder's other files and tables say. No file
    need be understood: then there are issues alone.
    """
    found = _Collected(zone)
    for path in paths:
        _take_file(path, params, found)
    return _tables(found, *_hours(found, params), {}, params)


def ingest_parts(parts: Iterable[ClientLines], params: IngestParams, zone: str) -> Ingested:
    """Read the lines of some clients out of files of many clients (`split.split_by_client`).

    Counts are those of these lines; the file's own are their sums.
    """
    found = _Collected(zone)
    for part in parts:
        rows = parse(cells_of(part.file, part.header, part.lines, params), params, "", zone)
        _count(part.file, part.sha256, rows, found)
        _keep(rows, part.file, found)
    return _tables(found, *_hours(found, params), {}, params)


def repeated_files(summary: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Files that have the content of an earlier one, with that one."""
    seen: dict[str, str] = {}
    found = []
    for counts in summary:
        if "error" in counts:
            continue
        if counts["sha256"] in seen:
            found.append((str(counts["file"]), seen[counts["sha256"]]))
        seen.setdefault(counts["sha256"], str(counts["file"]))
    return found


def same_content(name: str, first: str) -> str:
    """What is said of a file that was there before."""
    return f"{name} has the same content as {first}"


def nothing_understood(raw: Path, reasons: list[str]) -> IngestError:
    """The error of a folder without any reading; it lists the first reasons."""
    rest = len(reasons) - REASONS
    text = "; ".join(reasons[:REASONS]) + (f"; and {rest} more" if rest > 0 else "")
    return IngestError(f"{raw}: no file could be understood: {text}")


def _tables(
    found: _Collected,
    native: dict[str, pd.DataFrame],
    readings: dict[str, pd.DataFrame],
    sectors: dict[str, str],
    params: IngestParams,
) -> Ingested:
    names = {client: found.names[client] for client in readings}
    return Ingested(
        frames.check("readings", frames.concat("readings", readings.values(), found.zone)),
        frames.check("native", frames.concat("native", native.values(), found.zone)),
        frames.check("clients", client_table(names, sectors, params)),
        _table("quarantine", found.quarantine, found.zone),
        _table("issues", [pd.DataFrame(found.issues)] if found.issues else [], found.zone),
        found.records.get("site_log", frames.empty("site_log", found.zone)),
        found.records.get("verdicts", frames.empty("verdicts", found.zone)),
        found.summary,
    )


def _take_file(path: Path, params: IngestParams, found: _Collected) -> None:
    client, name = client_of(path)
    digest = None
    try:
        content = read_content(path)
        digest = hashlib.sha256(content).hexdigest()
        rows = parse(read_lines(path.name, content, params), params, client, found.zone)
    except IngestError as error:
        found.issue(client, "unreadable_file", "blocks", str(error))
        found.summary.append({"file": path.name, "sha256": digest, "read": 0, "error": str(error)})
        return
    _count(path.name, digest, rows, found)
    _keep(rows, path.name, found, None if params.columns.client else name)
    if rows.accepted.empty:
        why = f"{rows.rejected['reason'].mode().iloc[0]}, and so on" if rows.read else "there is a header alone"
        found.issue(client, "no_rows", "blocks", f"{path.name}: none of {rows.read} rows could be read: {why}")


def _keep(rows: Rows, file: str, found: _Collected, name: str | None = None) -> None:
    for each, part in rows.accepted.groupby("client_id", sort=False):
        found.rows.setdefault(str(each), []).append(part.assign(source_file=file))
        found.names.setdefault(str(each), name or str(each))


def _count(name: str, digest: str, rows: Rows, found: _Collected) -> None:
    found.summary.append(
        {
            "file": name,
            "sha256": digest,
            "read": rows.read,
            "accepted": len(rows.accepted),
            "rejected": len(rows.rejected),
            "duplicates": rows.duplicates,
        }
    )
    if len(rows.rejected):
        found.quarantine.append(rows.rejected.assign(source_file=name)[["source_file", "line", "raw", "reason"]])


def _hours(found: _Collected, params: IngestParams) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    native, readings = {}, {}
    for client in sorted(found.rows, key=frames.client_order):
        rows = _of_all_files(client, found)
        try:
            own = native_rows(rows, params)
        except IngestError as error:
            found.issue(client, "unknown_interval", "blocks", f"client {client}: {error}")
            continue
        hours = hourly(own) if len(own) else own
        if hours.empty:
            message = f"client {client}: none of {len(rows)} readings makes up a whole hour"
            found.issue(client, "no_whole_hour", "blocks", message)
            continue
        native[client], readings[client] = own, hours
        _describe(client, own, hours, params, found)
    return native, readings


def _of_all_files(client: str, found: _Collected) -> pd.DataFrame:
    """Rows of one client, by time, without those that several files repeat or contradict."""
    rows = pd.concat(found.rows[client], ignore_index=True).sort_values("timestamp", kind="stable", ignore_index=True)
    if rows["timestamp"].is_unique:
        return rows
    repeated = rows.duplicated(["timestamp", *VALUES])
    found.recount(rows[repeated], "duplicates")
    rows = rows[~repeated]
    clash = rows.duplicated("timestamp", keep=False)
    if clash.any():
        message = f"{int(clash.sum())} rows of several files contradict each other; these hours are missing"
        found.issue(client, "conflicting_files", "warns", message)
        found.recount(rows[clash], "rejected")
        contradicted = rows.loc[clash, ["source_file", "line", "raw"]]
        found.quarantine.append(contradicted.assign(reason="another file says otherwise for this hour"))
    return rows[~clash].reset_index(drop=True)


def _describe(
    client: str, native: pd.DataFrame, readings: pd.DataFrame, params: IngestParams, found: _Collected
) -> None:
    minutes = int(native["interval_minutes"].iloc[0])
    lost = native["timestamp"].dt.floor("h", ambiguous=True).nunique() - int(
        readings["active_energy_kwh"].notna().sum()
    )
    if lost:
        message = f"{lost} hours do not have exactly {60 // minutes} readings of {minutes} minutes and are missing"
        found.issue(client, "incomplete_hours", "warns", message)
    stamps, active = readings["timestamp"], readings["active_energy_kwh"]
    days = (stamps.iloc[-1] - stamps.iloc[0]) / pd.Timedelta(days=1)
    if days < params.short_history_days:
        found.issue(
            client,
            "short_history",
            "warns",
            f"{days:.0f} days of readings; tuned models need {params.short_history_days}",
        )
    for start, end in gaps(stamps, params.gap_hours):
        hours = (end - start) / pd.Timedelta(hours=1)
        found.issue(client, "gap", "warns", f"no readings for {hours:.0f} hours", start, end)
    negative = active < 0
    if negative.any() and client not in params.export_allowed:
        times = stamps[negative]
        message = f"{int(negative.sum())} hours of negative active energy, and the client may not export"
        found.issue(client, "negative_energy", "warns", message, times.iloc[0], times.iloc[-1] + pd.Timedelta(hours=1))


def _sectors(raw: Path, params: IngestParams, found: _Collected, readings: dict[str, pd.DataFrame]) -> dict[str, str]:
    try:
        sectors = read_sectors(raw, params)
    except IngestError as error:
        for client in readings:
            found.issue(client, "unreadable_sectors", "warns", str(error))
        return {}
    there = (raw / params.sectors_file).is_file()
    why = f"the client is not in {params.sectors_file}" if there else f"there is no {params.sectors_file} with sectors"
    for client in readings:
        if client not in sectors:
            found.issue(client, "no_sector", "warns", why)
    for client in sorted(set(sectors) - set(readings), key=frames.client_order):
        found.issue(client, "no_readings", "warns", f"{params.sectors_file} lists client {client}, who has no readings")
    return sectors


def _keep_records(name: str, file: str, written: Records, found: _Collected, readings: dict[str, pd.DataFrame]) -> None:
    """Keep what people wrote, and say before any model is fitted what of it was not understood."""
    found.records[name] = written.entries
    if len(written.rejected):
        found.quarantine.append(written.rejected.assign(source_file=file))
        for client in readings:
            found.issue(client, f"{name}_lines", "warns", left_out(written, file))
    for client in sorted(set(written.entries["client_id"]) - set(readings), key=frames.client_order):
        found.issue(client, "no_readings", "warns", f"{file} names client {client}, who has no readings")


def left_out(written: Records, file: str) -> str:
    """What is said of lines of `file` that were not understood."""
    first = written.rejected.iloc[0]
    return f"{len(written.rejected)} lines of {file} are left out; line {first['line']}: {first['reason']}"


def _table(name: str, parts: list[pd.DataFrame], zone: str) -> pd.DataFrame:
    if not parts:
        return frames.empty(name, zone)
    frame = pd.concat(parts, ignore_index=True)
    for column in ("start", "end"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_convert(zone)
    return frames.check(name, frame)
