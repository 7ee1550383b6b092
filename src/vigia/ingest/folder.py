"""A whole folder of meter files, with everything that was not taken and why."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.beside import keep_records, sectors_of
from vigia.ingest.collected import Collected, Ingested
from vigia.ingest.files import cells_of, client_of, meter_files, read_content, read_lines
from vigia.ingest.rows import parse
from vigia.ingest.series import hours_by_client
from vigia.ingest.split import ClientLines
from vigia.records import SITE_LOG, VERDICTS, read_site_log, read_verdicts

REASONS = 20


def ingest_folder(raw: Path, params: IngestParams, fleet: FleetParams) -> Ingested:
    """Read all meter files of a folder.

    A file that cannot be understood is an issue and does not stop the others.

    Raises:
        IngestError: no file at all could be understood; the message lists why.
    """
    found = Collected(fleet.timezone)
    for path in meter_files(raw, params):
        _take_file(path, params, found)
    for name, first in repeated_files(found.summary):
        found.issue(client_of(Path(name))[0], "same_file", "warns", same_content(name, first))
    native, readings = hours_by_client(found, params)
    if not readings:
        raise nothing_understood(raw, [issue["message"] for issue in found.issues])
    sectors = sectors_of(raw, params, found, readings)
    keep_records("site_log", SITE_LOG, read_site_log(raw / SITE_LOG, fleet.timezone), found, readings)
    keep_records("verdicts", VERDICTS, read_verdicts(raw / VERDICTS, fleet.timezone), found, readings)
    return found.tables(native, readings, sectors, params)


def ingest_files(paths: Iterable[Path], params: IngestParams, zone: str) -> Ingested:
    """Read some meter files of a folder: all those of a client, so that nothing else need be in memory.

    The same as `ingest_folder` makes of these clients, without what the folder's other files and tables say. No file
    need be understood: then there are issues alone.
    """
    found = Collected(zone)
    for path in paths:
        _take_file(path, params, found)
    return found.tables(*hours_by_client(found, params), {}, params)


def ingest_parts(parts: Iterable[ClientLines], params: IngestParams, zone: str) -> Ingested:
    """Read the lines of some clients out of files of many clients (`split.split_by_client`).

    Counts are those of these lines; the file's own are their sums.
    """
    found = Collected(zone)
    for part in parts:
        rows = parse(cells_of(part.file, part.header, part.lines, params), params, "", zone)
        found.count(part.file, part.sha256, rows)
        found.keep(rows, part.file)
    return found.tables(*hours_by_client(found, params), {}, params)


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


def _take_file(path: Path, params: IngestParams, found: Collected) -> None:
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
    found.count(path.name, digest, rows)
    found.keep(rows, path.name, None if params.columns.client else name)
    if rows.accepted.empty:
        why = f"{rows.rejected['reason'].mode().iloc[0]}, and so on" if rows.read else "there is a header alone"
        found.issue(client, "no_rows", "blocks", f"{path.name}: none of {rows.read} rows could be read: {why}")
