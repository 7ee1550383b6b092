"""Days that are not like others: public holidays, and what a client's site log announces."""

import csv
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


def read_site_log(path: Path | None, zone: str) -> pd.DataFrame:
    """What operators announced of each client: a table `site_log`, in local zone `zone`.

    A CSV file in UTF-8 with the columns `client_id, from, to, what`, in any order; `to` may be empty or
    absent (what was announced still holds). Times are local, `2024-05-03` or `2024-05-03 08:00`; `to` is left out.
    No path, or no file there, is an empty log.

    Raises:
        IngestError: naming the file and the line that cannot be understood.
    """
    if path is None or not path.is_file():
        return frames.empty("site_log", zone)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            _check_header(path, reader.fieldnames)
            rows = [_entry(path, reader.line_num, row, zone) for row in reader if any(row.values())]
    except UnicodeDecodeError as error:
        raise IngestError(f"{path} is not UTF-8 ({error.reason} at byte {error.start})") from error
    except csv.Error as error:
        raise IngestError(f"{path} is not a CSV file: {error}") from error
    if not rows:
        return frames.empty("site_log", zone)
    return frames.check("site_log", pd.DataFrame(rows, columns=list(_LOG_COLUMNS)))


def _check_header(path: Path, found: object) -> None:
    names = [str(name).strip() for name in found] if isinstance(found, list | tuple) else []
    missing = [name for name in _LOG_COLUMNS if name not in names and name != "to"]
    unknown = [name for name in names if name not in _LOG_COLUMNS]
    if missing or unknown:
        raise IngestError(f"{path}: line 1: expected the columns {', '.join(_LOG_COLUMNS)}, found {names}")


def _entry(path: Path, line: int, row: dict[str, str], zone: str) -> dict[str, object]:
    where = f"{path}: line {line}"
    if None in row or None in [row.get(name) for name in ("client_id", "from", "what")]:
        raise IngestError(f"{where}: the number of fields is not that of the header")
    cells = {name.strip(): (value or "").strip() for name, value in row.items()}
    for name in ("client_id", "what"):
        if not cells[name]:
            raise IngestError(f"{where}: `{name}` is empty")
    start = _local_time(where, "from", cells["from"], zone)
    end = _local_time(where, "to", cells["to"], zone) if cells.get("to") else None
    if end is not None and end <= start:
        raise IngestError(f"{where}: `to` {cells['to']!r} is not after `from` {cells['from']!r}")
    return {"client_id": cells["client_id"], "from": start, "to": pd.NaT if end is None else end, "what": cells["what"]}


def _local_time(where: str, name: str, text: str, zone: str) -> pd.Timestamp:
    try:
        time = pd.Timestamp(datetime.fromisoformat(text))
        return time.tz_convert(zone) if time.tzinfo else time.tz_localize(zone)
    except ValueError as error:
        raise IngestError(f"{where}: `{name}` is not a date or local time: {text!r}") from error
