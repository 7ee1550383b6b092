"""A whole folder of meter files, with everything that was not taken and why."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from vigia import frames
from vigia.config.fleet import FleetParams, IngestParams
from vigia.errors import IngestError
from vigia.ingest.clients import client_table, read_sectors
from vigia.ingest.files import client_of, meter_files, read_lines
from vigia.ingest.hours import gaps, hourly, native_rows
from vigia.ingest.rows import VALUES, Rows, parse


@dataclass(frozen=True)
class Ingested:
    """All tables of the stage, and counts by file (read = accepted + rejected + duplicates)."""

    readings: pd.DataFrame
    native: pd.DataFrame
    clients: pd.DataFrame
    quarantine: pd.DataFrame
    issues: pd.DataFrame
    summary: list[dict[str, Any]]


@dataclass
class _Collected:
    zone: str
    rows: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    quarantine: list[pd.DataFrame] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    summary: list[dict[str, Any]] = field(default_factory=list)

    def issue(self, client: str, code: str, severity: str, message: str, start: Any = None, end: Any = None) -> None:
        """Note a problem of a client."""
        row = {"client_id": client, "code": code, "severity": severity, "start": start, "end": end, "message": message}
        self.issues.append(row)


def ingest_folder(raw: Path, params: IngestParams, fleet: FleetParams) -> Ingested:
    """Read all meter files of a folder.

    A file that cannot be understood is an issue and does not stop the others.

    Raises:
        IngestError: no file at all could be understood; the message lists why.
    """
    found = _Collected(fleet.timezone)
    seen: dict[str, str] = {}
    for path in meter_files(raw, params):
        _take_file(path, params, found, seen)
    native, readings = _hours(found, params)
    if not readings:
        reasons = "; ".join(issue["message"] for issue in found.issues)
        raise IngestError(f"{raw}: no file could be understood: {reasons}")
    clients = client_table(
        {client: found.names[client] for client in readings}, _sectors(raw, params, found, readings), params
    )
    return Ingested(
        frames.check("readings", pd.concat(readings.values(), ignore_index=True)),
        frames.check("native", pd.concat(native.values(), ignore_index=True)),
        frames.check("clients", clients),
        _table("quarantine", found.quarantine, fleet.timezone),
        _table("issues", [pd.DataFrame(found.issues)] if found.issues else [], fleet.timezone),
        found.summary,
    )


def _take_file(path: Path, params: IngestParams, found: _Collected, seen: dict[str, str]) -> None:
    client, name = client_of(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        file = read_lines(path, params)
    except IngestError as error:
        found.issue(client, "unreadable_file", "blocks", str(error))
        found.summary.append({"file": path.name, "sha256": digest, "read": 0, "error": str(error)})
        return
    rows = parse(file, params, client, found.zone)
    _count(path.name, digest, rows, found)
    if digest in seen and params.columns.client:
        found.issue(client, "same_file", "warns", f"{path.name} has the same content as {seen[digest]}")
    seen.setdefault(digest, path.name)
    for each, part in rows.accepted.groupby("client_id", sort=False):
        found.rows.setdefault(str(each), []).append(part.assign(source_file=path.name))
        found.names.setdefault(str(each), str(each) if params.columns.client else name)
    if rows.accepted.empty:
        found.issue(client, "no_rows", "blocks", f"{path.name}: none of {rows.read} rows could be read")


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
        rows = pd.concat(found.rows[client], ignore_index=True).sort_values("timestamp", ignore_index=True)
        rows = rows.drop_duplicates(["timestamp", *VALUES])
        clash = rows.duplicated("timestamp", keep=False)
        if clash.any():
            message = f"{int(clash.sum())} rows of several files contradict each other; these hours are missing"
            found.issue(client, "conflicting_files", "warns", message)
            found.quarantine.append(_clashing(rows[clash]))
        rows = rows[~clash]
        try:
            native[client] = native_rows(rows, params)
            readings[client] = hourly(native[client])
        except IngestError as error:
            found.issue(client, "unknown_interval", "blocks", f"client {client}: {error}")
            continue
        _describe(client, readings[client], params, found)
    return native, readings


def _clashing(rows: pd.DataFrame) -> pd.DataFrame:
    raw = rows.drop(columns=["source_file", "line"]).astype("str").agg(",".join, axis=1)
    return pd.DataFrame(
        {"source_file": rows["source_file"], "line": rows["line"], "raw": raw, "reason": "another file says otherwise"}
    )


def _describe(client: str, readings: pd.DataFrame, params: IngestParams, found: _Collected) -> None:
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
    for client in readings:
        if client not in sectors:
            found.issue(client, "no_sector", "warns", f"client {client} is not in {params.sectors_file}")
    for client in sorted(set(sectors) - set(readings), key=frames.client_order):
        found.issue(client, "no_readings", "warns", f"{params.sectors_file} lists client {client}, who has no readings")
    return sectors


def _table(name: str, parts: list[pd.DataFrame], zone: str) -> pd.DataFrame:
    if not parts:
        return frames.empty(name, zone)
    frame = pd.concat(parts, ignore_index=True)
    for column in ("start", "end"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_convert(zone)
    return frames.check(name, frame)
