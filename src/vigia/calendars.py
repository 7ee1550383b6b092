"""Days that are not like others: public holidays, and what a client's site log announces."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import holidays
import numpy as np
import pandas as pd

from vigia import frames
from vigia.errors import ConfigError, IngestError

_LOG_COLUMNS = ("client_id", "from", "to", "what")


def public_holidays(country: str, first: date, last: date) -> frozenset[date]:
    """Public holidays of `country` (ISO 3166 code) from `first` to `last`, both included.

    Raises:
        ConfigError: if the country is not known.

    >>> sorted(public_holidays("PE", date(2024, 7, 1), date(2024, 7, 31)))[-1]
    datetime.date(2024, 7, 29)
    """
    try:
        found = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    except NotImplementedError as error:
        raise ConfigError(f"fleet.country: no public holidays known for {country!r}") from error
    return frozenset(day for day in found if first <= day <= last)


def is_holiday(days: pd.DatetimeIndex, country: str) -> np.ndarray:
    """Whether the local day of each time is a public holiday of `country`: booleans, as many as `days`."""
    if not len(days):
        return np.zeros(0, dtype=bool)
    local = days.tz_localize(None).normalize()
    found = public_holidays(country, local.min().date(), local.max().date())
    return np.asarray(local.isin(pd.DatetimeIndex(sorted(found))), dtype=bool)


@dataclass(frozen=True)
class SiteLog:
    """What operators announced: `entries` (table `site_log`), and `line, raw, reason` of lines not understood."""

    entries: pd.DataFrame
    rejected: pd.DataFrame


def read_site_log(path: Path | None, zone: str) -> SiteLog:
    """What operators announced of each client, in local zone `zone`.

    A CSV file in UTF-8 with the columns `client_id, from, to, what`, in any order; `to` may be empty or
    absent (what was announced still holds). Times are local, `2024-05-03` or `2024-05-03 08:00`; `to` is left out.
    No path, or no file there, is an empty log. A line that cannot be understood is rejected and the others are
    taken; a file without that header or encoding is rejected at line 1.
    """
    entries: list[dict[str, object]] = []
    rejected: list[tuple[int, str, str]] = []
    if path is not None and path.is_file():
        try:
            _read_entries(path.read_bytes().decode("utf-8-sig").splitlines(), zone, entries, rejected)
        except UnicodeDecodeError as error:
            rejected.append((1, "", f"the file is not UTF-8 ({error.reason} at byte {error.start})"))
        except OSError as error:
            rejected.append((1, "", f"the file cannot be read ({error.strerror})"))
        except csv.Error as error:
            rejected.append((1, "", f"the rest of the file is no CSV ({error})"))
    table = pd.DataFrame(entries, columns=list(_LOG_COLUMNS)) if entries else frames.empty("site_log", zone)
    return SiteLog(frames.check("site_log", table), pd.DataFrame(rejected, columns=["line", "raw", "reason"]))


def _read_entries(
    lines: list[str], zone: str, entries: list[dict[str, object]], rejected: list[tuple[int, str, str]]
) -> None:
    reader = csv.reader(lines)
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in _LOG_COLUMNS if name not in header and name != "to"]
    if missing or any(name not in _LOG_COLUMNS for name in header):
        first = lines[0] if lines else ""
        rejected.append((1, first, f"expected the columns {', '.join(_LOG_COLUMNS)}, found {header}"))
        return
    before = reader.line_num
    for row in reader:
        line, before = before + 1, reader.line_num
        if not any(row):
            continue
        try:
            if len(row) != len(header):
                raise IngestError("the number of fields is not that of the header")
            entries.append(_entry({name: cell.strip() for name, cell in zip(header, row, strict=True)}, zone))
        except IngestError as error:
            rejected.append((line, "\n".join(lines[line - 1 : before]), str(error)))


def _entry(cells: dict[str, str], zone: str) -> dict[str, object]:
    for name in ("client_id", "what"):
        if not cells[name]:
            raise IngestError(f"`{name}` is empty")
    start = _local_time("from", cells["from"], zone)
    end = _local_time("to", cells["to"], zone) if cells.get("to") else None
    if end is not None and end <= start:
        raise IngestError(f"`to` {cells['to']!r} is not after `from` {cells['from']!r}")
    return {"client_id": cells["client_id"], "from": start, "to": pd.NaT if end is None else end, "what": cells["what"]}


def _local_time(name: str, text: str, zone: str) -> pd.Timestamp:
    try:
        time = pd.Timestamp(datetime.fromisoformat(text))
        return time.tz_convert(zone) if time.tzinfo else time.tz_localize(zone)
    except ValueError as error:
        raise IngestError(f"`{name}` is not a date or local time: {text!r}") from error
