"""Events of a folder of meter files, client by client: what is in memory does not grow with the readings."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from vigia import frames
from vigia.compute import THIS_PROCESS, Executor
from vigia.config.params import Params
from vigia.detection.detected import Detected
from vigia.detection.events.rows import as_table
from vigia.errors import IngestError
from vigia.ingest.beside import left_out
from vigia.ingest.collected import Ingested
from vigia.ingest.doubts import odd_unit
from vigia.ingest.files import Listing, client_of, is_of_many, listing
from vigia.ingest.folder import (
    ingest_files,
    ingest_parts,
    nothing_understood,
    of_listing,
    repeated_files,
    same_content,
)
from vigia.ingest.readers.source import Source
from vigia.ingest.split import SplitFile, split_by_client
from vigia.records import SITE_LOG, VERDICTS, Records, read_site_log, read_verdicts
from vigia.scanning.client import scan_client
from vigia.scanning.collected import Collected, Part, ScannedFolder
from vigia.scanning.frame import check_modes, join

CLIENT_BYTES = 256 << 20
"""A file larger than this cannot be one client's: its lines would be in memory all at once."""
PIECE_BYTES = 4 << 20
MOST_PIECES = 256
OWN_WORDS = ("short_history", "same_file")
"""Issues of ingest that a scan says in its own way."""


@dataclass(frozen=True)
class Task:
    """What one worker reads at once: all files of a client, or one piece of the files of many clients."""

    files: tuple[Source, ...] = ()
    split: tuple[SplitFile, ...] = ()
    piece: int = 0


@dataclass(frozen=True)
class Options:
    """What a worker must know."""

    params: Params
    site_log: pd.DataFrame
    verdicts: pd.DataFrame
    modes: tuple[str, ...] = frames.MODES
    scores: Path | None = None
    """Folder for hourly scores, by client; they are neither computed nor kept without it."""


def scan_folder(
    folder: Path,
    params: Params,
    modes: tuple[str, ...] = frames.MODES,
    site_log: Path | None = None,
    scores: Path | None = None,
    compute: Executor = THIS_PROCESS,
    each: Callable[[int, int], None] | None = None,
    quarantine: Callable[[pd.DataFrame], None] | None = None,
    verdicts: Path | None = None,
) -> ScannedFolder:
    """Events of all clients of a folder.

    Args:
        folder: meter files, as `vigia check` reads them.
        params: of `params.yaml`.
        modes: modes to detect in.
        site_log: what clients announced; the folder's own `site_log.csv`, if absent.
        scores: folder for hourly scores by client.
        compute: where clients are scanned.
        each: called with what is done and the total, whenever a client (or a piece of many) is.
        quarantine: called with rows of table `quarantine`, whenever there are some.
        verdicts: what people said of events; the folder's own `verdicts.csv`, if absent.

    Raises:
        IngestError: no folder, no meter file, or none that could be understood.
    """
    check_modes(modes)
    each, quarantine = each or _nothing, quarantine or _nothing
    zone, found = params.fleet.timezone, Collected()
    for what, file in (("site log", site_log), ("verdicts", verdicts)):
        if file is not None and not file.is_file():
            raise IngestError(f"no {what} {file}")
    log_file, verdict_file = site_log or folder / SITE_LOG, verdicts or folder / VERDICTS
    log, judged = read_site_log(log_file, zone), read_verdicts(verdict_file, zone)
    options = Options(params, log.entries, judged.entries, modes, scores)
    there = listing(folder, params.ingest)
    sources = [each for each in there.sources if not (_same(each.path, log_file) or _same(each.path, verdict_file))]
    with _tasks(sources, options, found) as tasks:
        each(0, len(tasks))
        parts = compute.at_most(-(-len(tasks) // 2)).run(partial(scan_task, options=options), tasks)
        for done, (_, part) in enumerate(parts, start=1):
            quarantine(part.quarantine)
            found.add(part)
            each(done, len(tasks))
    told = _of_files(found, Listing(sources, there.passed_over), params)
    for file, records, code in ((log_file, log, "site_log_lines"), (verdict_file, judged, "verdicts_lines")):
        rejected = records.rejected.assign(source_file=file.name)[["source_file", "line", "raw", "reason"]]
        quarantine(rejected)
        found.reject(rejected)
        told += _of_records(found, records, file, code)
    found.issues.append(as_table("issues", told, zone))
    return _joined(folder, found, options)


def scan_task(task: Task, options: Options) -> Part:
    """Read and scan the clients of a task."""
    params = options.params
    zone = params.fleet.timezone
    taken = (
        ingest_files(task.files, params.ingest, zone)
        if task.files
        else ingest_parts((file.part(task.piece) for file in task.split), params.ingest, zone)
    )
    found, until, hours = {}, {}, {}
    attributes: dict[str, dict[Any, Any]] = {str(row["client_id"]): row for row in taken.clients.to_dict("records")}
    for client, rows in taken.readings.groupby("client_id", sort=False):
        mine = rows.reset_index(drop=True)
        result = scan_client(
            mine,
            attributes[str(client)],
            params,
            options.site_log,
            options.modes,
            options.scores is not None,
            options.verdicts,
        )
        if options.scores is not None:
            frames.write_client(result.scores, options.scores, str(client))
        found[str(client)] = Detected(
            result.events, result.event_channels, frames.empty("scores", zone), result.issues, result.digests
        )
        until[str(client)] = mine["timestamp"].iloc[-1]
        span = (mine["timestamp"].iloc[-1] - mine["timestamp"].iloc[0]) // pd.Timedelta(hours=1) + 1
        hours[str(client)] = int(span), int(mine["active_energy_kwh"].notna().sum())
    names = {client: str(row["name"]) for client, row in attributes.items()}
    return Part(found, names, until, taken.quarantine, _issues(taken, found, zone), taken.summary, hours)


def _issues(taken: Ingested, found: dict[str, Detected], zone: str) -> pd.DataFrame:
    said = taken.issues[~taken.issues["code"].isin(OWN_WORDS)]
    return frames.concat("issues", [said, *(result.issues for result in found.values())], zone)


@contextmanager
def _tasks(sources: list[Source], options: Options, found: Collected) -> Iterator[list[Task]]:
    """Work that fits into memory; files of many clients are cut for as long as it lasts."""
    ingest = options.params.ingest
    if ingest.columns.client is None:
        groups: dict[str, list[Source]] = {}
        for source in sources:
            if source.bytes_on_disk > CLIENT_BYTES:
                size = f"{source.bytes_on_disk / (1 << 20):,.0f} MB"
                _refuse(found, source, options, f"{source.name}: {size} are no single client's; {_NAME_THE_COLUMN}")
            else:
                groups.setdefault(client_of(source.name, ingest)[0], []).append(source)
        if ingest.layout == "clients" or any(is_of_many(source, ingest) for source in sources):
            # Whose they are is known when they are read, and a client may be in any of them.
            yield [Task(tuple(source for group in groups.values() for source in group))]
            return
        yield [Task(tuple(groups[client])) for client in sorted(groups, key=frames.client_order)]
        return
    total = sum(source.bytes_on_disk for source in sources)
    pieces = min(max(total // PIECE_BYTES, 1), MOST_PIECES)
    with tempfile.TemporaryDirectory(prefix="vigia-scan-") as scratch:
        split = []
        for number, source in enumerate(sources):
            try:
                split.append(split_by_client(source, ingest, Path(scratch) / str(number), pieces))
            except IngestError as error:
                _refuse(found, source, options, str(error))
        if (odd := odd_unit(ingest, ingest)) is not None:
            row = {"client_id": "", "code": "unit_contradicts", "severity": "warns", "message": odd}
            found.issues.append(as_table("issues", [row], options.params.fleet.timezone))
        yield [Task(split=tuple(split), piece=piece) for piece in range(pieces)] if split else []


_NAME_THE_COLUMN = "say which column names them: `client:` under `ingest.columns`"


def _refuse(found: Collected, source: Source, options: Options, why: str) -> None:
    client = client_of(source.name, options.params.ingest)[0]
    row = {"client_id": client, "code": "unreadable_file", "severity": "blocks", "message": why}
    found.issues.append(as_table("issues", [row], options.params.fleet.timezone))
    found.files[source.name] = {"file": source.name, "sha256": None, "read": 0, "error": why}


def _of_files(found: Collected, there: Listing, params: Params) -> list[dict[str, Any]]:
    """What only all files together show."""
    found.files = {each.name: found.files[each.name] for each in there.sources if each.name in found.files}
    rows = of_listing(there, params.ingest)
    for name, first in repeated_files(list(found.files.values())):
        client, message = client_of(name, params.ingest)[0], same_content(name, first)
        rows.append({"client_id": client, "code": "same_file", "severity": "warns", "message": message})
    if params.ingest.columns.client is not None:
        for name, counts in found.files.items():
            if "error" not in counts and not counts["accepted"] and not counts["duplicates"]:
                message = f"{name}: none of {counts['read']} rows could be read"
                client = client_of(name, params.ingest)[0]
                rows.append({"client_id": client, "code": "no_rows", "severity": "blocks", "message": message})
    return rows


def _of_records(found: Collected, written: Records, file: Path, code: str) -> list[dict[str, Any]]:
    absent = sorted(set(written.entries["client_id"]) - set(found.clients), key=frames.client_order)
    row = {"code": "no_readings", "severity": "warns"}
    text = f"{file.name} names a client who has no readings"
    rows = [{**row, "client_id": client, "message": text} for client in absent]
    if len(written.rejected):
        rows.append({"client_id": "", "code": code, "severity": "warns", "message": left_out(written, file.name)})
    return rows


def _joined(folder: Path, found: Collected, options: Options) -> ScannedFolder:
    params = options.params
    zone = params.fleet.timezone
    issues = frames.concat("issues", found.issues, zone)
    ids = sorted(found.found, key=frames.client_order)
    if not ids:
        raise nothing_understood(folder, issues.loc[issues["severity"] == "blocks", "message"].tolist())
    parts = {client: found.found[client] for client in ids}
    names = {client: found.clients[client] for client in ids}
    events, channels = join(parts, names, found.data_until, params, zone, options.modes, options.verdicts)
    place = {client: number for number, client in enumerate(sorted(set(issues["client_id"]), key=frames.client_order))}
    issues = issues.sort_values("client_id", key=lambda ids: ids.map(place), kind="stable", ignore_index=True)
    files, rejected = list(found.files.values()), sorted(found.rejected.values(), key=lambda row: row.file)
    return ScannedFolder(events, channels, issues, names, found.data_until, files, rejected, found.hours)


def _nothing(*_: object) -> None:
    """Nobody wants to know."""


def _same(path: Path, other: Path) -> bool:
    return path.resolve() == other.resolve()
