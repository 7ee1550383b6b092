"""A whole folder of meter files, with everything that was not taken and why."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.arrived import ARRIVED, read_arrived
from vigia.ingest.beside import keep_records, sectors_of
from vigia.ingest.collected import Collected, Ingested
from vigia.ingest.doubts import ask_marks, odd_unit
from vigia.ingest.files import Listing, client_of, listing, read_lines, rows_of_lines
from vigia.ingest.guess.names import client_pattern
from vigia.ingest.layouts import long_form
from vigia.ingest.readers.source import Source, digest_of
from vigia.ingest.rows import CONTRADICTS, parse
from vigia.ingest.series import hours_by_client
from vigia.ingest.split import ClientLines
from vigia.ingest.table import cells_of
from vigia.records import SITE_LOG, VERDICTS, read_site_log, read_verdicts

REASONS = 20


def ingest_folder(raw: Path, params: IngestParams, fleet: FleetParams) -> Ingested:
    """Read all meter files of a folder.

    A file that cannot be understood is an issue and does not stop the others.

    Raises:
        IngestError: no file at all could be understood; the message lists why.
    """
    found = Collected(fleet.timezone)
    there = listing(raw, params)
    for source in there.sources:
        _take_file(source, params, found)
    for row in of_listing(there, params):
        found.issues.append(row)
    for name, first in repeated_files(found.summary):
        found.issue(client_of(name, params)[0], "same_file", "warns", same_content(name, first))
    native, readings = hours_by_client(found, params, read_arrived(raw / ARRIVED, fleet.timezone))
    if not readings:
        raise nothing_understood(raw, [issue["message"] for issue in found.issues])
    sectors = sectors_of(raw, params, found, readings)
    keep_records("site_log", SITE_LOG, read_site_log(raw / SITE_LOG, fleet.timezone), found, readings)
    keep_records("verdicts", VERDICTS, read_verdicts(raw / VERDICTS, fleet.timezone), found, readings)
    return found.tables(native, readings, sectors, params)


def ingest_files(sources: Iterable[Source], params: IngestParams, zone: str) -> Ingested:
    """Read some meter files of a folder: all those of a client, so that nothing else need be in memory.

    The same as `ingest_folder` makes of these clients, without what the folder's other files and tables say. No file
    need be understood: then there are issues alone.
    """
    found = Collected(zone)
    for source in sources:
        _take_file(source, params, found)
    return found.tables(*hours_by_client(found, params), {}, params)


def ingest_parts(parts: Iterable[ClientLines], params: IngestParams, zone: str) -> Ingested:
    """Read the lines of some clients out of files of many clients (`split.split_by_client`).

    Counts are those of these lines; the file's own are their sums.
    """
    found = Collected(zone)
    for part in parts:
        table, own = long_form(cells_of(part.file, part.columns, part.lines, params), params)
        rows = parse(table, own, "", zone)
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


def of_listing(there: Listing, params: IngestParams) -> list[dict[str, Any]]:
    """Issues that the names of a folder's files make: what is passed over, and files that look like one meter's."""
    row = {"client_id": "", "severity": "warns", "start": None, "end": None}
    rows = [
        {**row, "code": "passed_over", "message": f"{name} was not read: {why}"}
        for name, why in there.passed_over.items()
    ]
    pattern = client_pattern([source.name for source in there.sources])
    if pattern is not None and params.client_pattern is None and params.columns.client is None:
        message = "names alike but for a month are taken for clients each; if they are one meter's, set "
        rows.append({**row, "code": "alike_names", "message": f"{message}`client_pattern: '{pattern}'`"})
    return rows


def same_content(name: str, first: str) -> str:
    """What is said of a file that was there before."""
    return f"{name} has the same content as {first}"


def nothing_understood(raw: Path, reasons: list[str]) -> IngestError:
    """The error of a folder without any reading; it lists the first reasons."""
    rest = len(reasons) - REASONS
    text = "; ".join(reasons[:REASONS]) + (f"; and {rest} more" if rest > 0 else "")
    return IngestError(f"{raw}: no file could be understood: {text}")


def _take_file(source: Source, params: IngestParams, found: Collected) -> None:
    client, name = client_of(source.name, params)
    digest = None
    try:
        digest = digest_of(source)
        lines = read_lines(source, params)
        table, own = rows_of_lines(source.name, lines, params)
        ask_marks(table, own, params)
        rows = parse(table, own, client, found.zone)
    except IngestError as error:
        found.issue(client, "unreadable_file", "blocks", str(error))
        found.summary.append({"file": source.name, "sha256": digest, "read": 0, "error": str(error)})
        return
    if (odd := odd_unit(own, params)) is not None:
        found.issue(client, "unit_contradicts", "warns", f"{source.name}: {odd}")
    clashes = int((rows.rejected["reason"] == CONTRADICTS).sum())
    if clashes:
        message = f"{source.name}: {clashes} rows contradict others of their hour; these hours are missing. "
        message += "If a column tells estimates from readings, set `quality` under `columns` and `quality_order`"
        found.issue(client, "contradicting_rows", "warns", message)
    found.count(source.name, digest, rows)
    found.keep(rows, source.name, None if own.columns.client else name)
    if rows.accepted.empty:
        why = f"{rows.rejected['reason'].mode().iloc[0]}, and so on" if rows.read else "there is a header alone"
        found.issue(client, "no_rows", "blocks", f"{source.name}: none of {rows.read} rows could be read: {why}")
