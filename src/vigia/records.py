"""What people write down of clients, beside the readings: what was announced (site log), and what became of events."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from vigia import frames
from vigia.calendars.clock import time_of
from vigia.errors import IngestError

SITE_LOG = "site_log.csv"
VERDICTS = "verdicts.csv"

Cells = dict[str, str]


@dataclass(frozen=True)
class Records:
    """What was written: `entries` (a table of `frames`), and `line, raw, reason` of lines not understood."""

    entries: pd.DataFrame
    rejected: pd.DataFrame


def read_site_log(path: Path | None, zone: str) -> Records:
    """What operators announced of each client, in local zone `zone`: table `site_log`.

    A CSV file in UTF-8 with the columns `client_id, from, to, what`, in any order; `to` may be empty or
    absent (what was announced still holds). Times are local, `2024-05-03` or `2024-05-03 08:00`; `to` is left out.
    No path, or no file there, is an empty log. A line that cannot be understood is rejected and the others are
    taken; a file without that header or encoding is rejected at line 1.
    """
    return _read("site_log", "to", _announced, path, zone)


def read_verdicts(path: Path | None, zone: str) -> Records:
    """What people found out about events: table `verdicts`; the file is read as `read_site_log` reads its own.

    Columns `client_id, kind, start, verdict, recorded_at, note`; `note` may be empty or absent. `start` is when the
    judged event began, `recorded_at` when the verdict was written, not before that.
    """
    return _read("verdicts", "note", _judged, path, zone)


def _read(
    table: str, optional: str, entry: Callable[[Cells, str], dict[str, object]], path: Path | None, zone: str
) -> Records:
    entries: list[dict[str, object]] = []
    rejected: list[tuple[int, str, str]] = []
    columns = frames.TABLES[table].names
    if path is not None and path.is_file():
        try:
            lines = list(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
            _read_lines(lines, columns, optional, lambda cells: entries.append(entry(cells, zone)), rejected)
        except UnicodeDecodeError as error:
            rejected.append((1, "", f"the file is not UTF-8 ({error.reason} at byte {error.start})"))
        except OSError as error:
            rejected.append((1, "", f"the file cannot be read ({error.strerror})"))
        except csv.Error as error:
            rejected.append((1, "", f"the rest of the file is no CSV ({error})"))
    frame = pd.DataFrame(entries, columns=columns) if entries else frames.empty(table, zone)
    return Records(frames.check(table, frame), pd.DataFrame(rejected, columns=["line", "raw", "reason"]))


def _read_lines(
    lines: list[str],
    columns: list[str],
    optional: str,
    take: Callable[[Cells], None],
    rejected: list[tuple[int, str, str]],
) -> None:
    reader = csv.reader(lines)
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in columns if name not in header and name != optional]
    if missing or any(name not in columns for name in header):
        first = lines[0].rstrip("\r\n") if lines else ""
        rejected.append((1, first, f"expected the columns {', '.join(columns)}, found {header}"))
        return
    before = reader.line_num
    for row in reader:
        line, before = before + 1, reader.line_num
        if not any(row):
            continue
        try:
            if len(row) != len(header):
                raise IngestError("the number of fields is not that of the header")
            take({name: cell.strip() for name, cell in zip(header, row, strict=True)})
        except IngestError as error:
            rejected.append((line, "".join(lines[line - 1 : before]).rstrip("\r\n"), str(error)))


def _announced(cells: Cells, zone: str) -> dict[str, object]:
    _need(cells, "client_id", "what")
    start = _local_time("from", cells["from"], zone)
    end = _local_time("to", cells["to"], zone) if cells.get("to") else None
    if end is not None and end <= start:
        raise IngestError(f"`to` {cells['to']!r} is not after `from` {cells['from']!r}")
    return {"client_id": cells["client_id"], "from": start, "to": pd.NaT if end is None else end, "what": cells["what"]}


def _judged(cells: Cells, zone: str) -> dict[str, object]:
    _need(cells, "client_id")
    _one_of(cells, "kind", [kind for kinds in frames.EVENT_KINDS.values() for kind in kinds])
    _one_of(cells, "verdict", frames.VERDICTS)
    if cells["verdict"] == "new_normal" and cells["kind"] in frames.EVENT_KINDS["data"]:
        raise IngestError(f"`{cells['kind']}` is a problem of the data and cannot become a new normal")
    start = _local_time("start", cells["start"], zone)
    recorded = _local_time("recorded_at", cells["recorded_at"], zone)
    if recorded < start:
        raise IngestError(f"`recorded_at` {cells['recorded_at']!r} is before `start` {cells['start']!r}")
    note = cells.get("note") or None
    return {**cells, "start": start, "recorded_at": recorded, "note": note}


def _need(cells: Cells, *names: str) -> None:
    for name in names:
        if not cells[name]:
            raise IngestError(f"`{name}` is empty")


def _one_of(cells: Cells, name: str, values: list[str] | tuple[str, ...]) -> None:
    if cells[name] not in values:
        raise IngestError(f"`{name}` {cells[name]!r} is none of {', '.join(values)}")


def _local_time(name: str, text: str, zone: str) -> pd.Timestamp:
    try:
        time = pd.Timestamp(datetime.fromisoformat(text))
        return time.tz_convert(zone) if time.tzinfo else time_of(time, zone)
    except ValueError as error:
        raise IngestError(f"`{name}` is not a date or local time: {text!r}") from error
