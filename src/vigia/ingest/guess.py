"""What a file seems to be, for a person who writes a mapping: separator, decimal mark, times, interval, label."""

import csv
import re
from pathlib import Path

import pandas as pd

from vigia.config.fleet import IngestParams
from vigia.errors import IngestError
from vigia.ingest.files import meter_files
from vigia.ingest.hours import interval_minutes

SAMPLE_LINES = 400
UNKNOWN = ("?",) * 6
UNITS = ("Wh", "kWh", "MWh", "kW", "kvarh")
UNIT = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(UNITS)})(?![A-Za-z])", re.IGNORECASE)
FORMS = ("ISO8601", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d-%m-%Y %H:%M", "%Y/%m/%d %H:%M")


def guess(folder: Path, params: IngestParams) -> list[tuple[str, ...]]:
    """A row a file: name, separator, decimal mark, form of times, step, label, unit, columns; `?` = not found out."""
    return [(path.name, *_guess_file(path)) for path in meter_files(folder, params)]


def _guess_file(path: Path) -> tuple[str, ...]:
    with path.open("rb") as file:
        sample = file.read(100_000)
    if b"\x00" in sample:
        return (*UNKNOWN, "no text file")
    lines = sample.decode("utf-8-sig", errors="replace").splitlines()[:SAMPLE_LINES]
    if len(lines) < 2:
        return (*UNKNOWN, "empty")
    separator = max(";\t,|", key=lambda mark: min(line.count(mark) for line in lines[:20]))
    rows = list(csv.reader(lines[1:-1] or lines[1:], delimiter=separator))
    header = next(csv.reader(lines[:1], delimiter=separator))
    width = len(header)
    table = pd.DataFrame([row for row in rows if len(row) == width], columns=range(width), dtype="str")
    decimal = "," if table.apply(lambda column: column.str.fullmatch(r"-?\d+,\d+").mean()).max() > 0.5 else "."
    form, stamps = _times(table)
    return (repr(separator), decimal, form, _step(stamps), _label(stamps), _unit(header), ", ".join(header)[:80])


def _times(table: pd.DataFrame) -> tuple[str, pd.Series]:
    for column in table:
        for form in FORMS:
            stamps = pd.to_datetime(table[column], format=form, errors="coerce", utc=True)
            if stamps.notna().mean() > 0.9 and not table[column].str.fullmatch(r"-?[\d.,]+").mean() > 0.5:
                return form, stamps.dropna()
    return "?", pd.Series(dtype="datetime64[us, UTC]")


def _step(stamps: pd.Series) -> str:
    try:
        return f"{interval_minutes(stamps.sort_values())} min" if len(stamps) > 1 else "?"
    except IngestError as error:
        return str(error)


def _unit(header: list[str]) -> str:
    """The unit of energy or power that the column names tell; mean power over an interval is in kW."""
    found = {name.lower() for column in header for name in UNIT.findall(column)}
    return ", ".join(unit for unit in UNITS if unit.lower() in found) or "? (names no unit)"


def _label(stamps: pd.Series) -> str:
    """The first reading of a day labelled 00:00 begins it; one labelled with the first step's end ends it."""
    if stamps.empty:
        return "?"
    first = stamps.iloc[0]
    return "start (first reading at 00:00)" if (first.hour, first.minute) == (0, 0) else "start or end: look"
