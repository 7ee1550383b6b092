"""What a file seems to be, for a person who writes a mapping: form, columns, interval, label, and what to declare."""

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from vigia.config.sections.ingest import ISO, ColumnNames, IngestParams
from vigia.errors import IngestError
from vigia.ingest.files import UTF_16_MARKS, fields, lines_of, meter_files
from vigia.ingest.hours import interval_minutes
from vigia.ingest.rows import client_column

SAMPLE_BYTES = 100_000
SAMPLE_LINES = 400
SAMPLE_FILES = 20
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
UNITS = ("Wh", "kWh", "MWh", "kW", "kvarh")
UNIT = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(UNITS)})(?![A-Za-z])", re.IGNORECASE)
FORMS = (ISO, "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d-%m-%Y %H:%M", "%Y/%m/%d %H:%M")
ROLES = {
    "reactive": re.compile(r"re-?act|k?varh?", re.IGNORECASE),
    "active": re.compile(r"act|energ|cons|kwh|mwh|\bwh\b|\bkw\b|demand|import", re.IGNORECASE),
    "voltage": re.compile(r"volt|tensi|^v_?\d?[a-z]?\d?$", re.IGNORECASE),
}
"""Words that name a channel in a header, Spanish and English; the first role that fits is taken."""


@dataclass(frozen=True)
class Guess:
    """What one file seems to be; `?` = not found out.

    Attributes:
        file: name of the file.
        problem: why nothing could be guessed, else empty.
        encoding, separator, decimal, date_format: as the fields of `IngestParams`.
        step: minutes between readings.
        label: which end of the interval the times name.
        unit: of energy or power, from the column names.
        columns: the header.
        mapping: field of `ColumnNames` -> column.
    """

    file: str
    problem: str = ""
    encoding: str = "?"
    separator: str = "?"
    decimal: str = "?"
    date_format: str = "?"
    step: str = "?"
    label: str = "?"
    unit: str = "?"
    columns: tuple[str, ...] = ()
    mapping: dict[str, str] = field(default_factory=dict)

    @property
    def form(self) -> tuple[str, ...]:
        """What files of one kind have in common: everything but the name."""
        words = (self.problem, self.encoding, self.separator, self.decimal, self.date_format)
        return (*words, self.step, self.label, self.unit, *self.columns)


def guess(folder: Path, params: IngestParams, every: bool = True) -> list[Guess]:
    """A guess for each meter file of a folder, from its first lines; for some of many files, unless for `every` one."""
    files = meter_files(folder, params)
    return [_guess_file(path) for path in (files if every else files[:: 1 + len(files) // SAMPLE_FILES])]


def changes(seen: Guess, params: IngestParams) -> dict[str, Any]:
    """Fields of `params` that must be others so that a file can be read; none where they fit already.

    A column of `params` that the file has is kept, whatever other name looks better.
    """
    if seen.problem:
        return {}
    forms = ("separator", "decimal", "date_format", "encoding")
    found: dict[str, Any] = {
        name: getattr(seen, name)
        for name in forms
        if getattr(seen, name) not in ("?", getattr(params, name))
        and (getattr(seen, name), getattr(params, name)) != ("utf-8", "utf-8-sig")
    }
    wanted = params.columns.model_dump()
    columns = {
        role: column
        for role, column in seen.mapping.items()
        if wanted[role] != column and wanted[role] not in seen.columns
    }
    active = wanted["active"] if wanted["active"] in seen.columns else seen.mapping.get("active", "")
    units = _units([active]) - {"kvarh"}
    if len(units) == 1 and params.unit not in units:
        found["unit"] = units.pop()
    return {**found, "columns": columns} if columns else found


def suggestion(found: Mapping[str, Any]) -> list[str]:
    """`changes` as lines of YAML to put into params.yaml."""
    lines = [f"  {name}: {_quoted(value)}" for name, value in found.items() if name != "columns"]
    if "columns" in found:
        lines += ["  columns:", *(f"    {role}: {_quoted(column)}" for role, column in found["columns"].items())]
    return ["ingest:", *lines] if lines else []


def best_changes(guesses: Iterable[Guess], params: IngestParams) -> dict[str, Any]:
    """What to change so that most files of a folder can be read; nothing where any of them fits as it is.

    One mapping reads a folder, so files of another form than most are left to say what they lack.
    """
    found = [changes(seen, params) for seen in guesses if not seen.problem and "active" in seen.mapping]
    texts = ["\n".join(suggestion(each)) for each in found]
    if not found or "" in texts:
        return {}
    return found[texts.index(Counter(texts).most_common(1)[0][0])]


def changed(params: IngestParams, found: Mapping[str, Any]) -> IngestParams:
    """`params` with `changes` made."""
    columns = {**params.columns.model_dump(), **found.get("columns", {})}
    return IngestParams.model_validate({**params.model_dump(), **found, "columns": columns})


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _guess_file(path: Path) -> Guess:
    try:
        with path.open("rb") as file:
            sample = file.read(SAMPLE_BYTES)
    except OSError as error:
        return Guess(path.name, f"the file cannot be read ({error.strerror})")
    encoding, text = _decoded(sample)
    if len(CONTROL.findall(text)) > len(text) / 1000:
        return Guess(path.name, "no text file")
    lines = [line for line in lines_of(text) if line.strip()][:SAMPLE_LINES]
    if len(lines) < 2:
        return Guess(path.name, "a header without rows" if lines else "the file is empty")
    separator = max(";\t,|", key=lambda mark: (fields(lines[0], mark) != [lines[0]], _regularity(lines, mark)))
    header = tuple(name.strip() for name in fields(lines[0], separator))
    rows = [fields(line, separator) for line in (lines[1:-1] or lines[1:])]
    whole = [row for row in rows if len(row) == len(header)]
    if not header or not whole:
        return Guess(path.name, "no table: the lines do not have the columns of the header")
    cells = pd.DataFrame(whole, columns=range(len(header)), dtype="str")
    decimal = "," if cells.apply(lambda column: column.str.fullmatch(r"-?\d+,\d+").mean()).max() > 0.5 else "."
    form, position, stamps = _times(cells)
    mapping = _mapping(header, cells, position)
    if "client" in mapping:
        stamps = stamps[~stamps.duplicated()]
    return Guess(
        path.name,
        "",
        encoding,
        separator,
        decimal,
        form,
        _step(stamps),
        _label(stamps),
        _unit(header),
        header,
        mapping,
    )


def _decoded(sample: bytes) -> tuple[str, str]:
    """Encoding and text of the beginning of a file, whose last character may be cut."""
    if sample.startswith(UTF_16_MARKS):
        return "utf-16", sample.decode("utf-16", errors="replace")
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        return "utf-8", decoder.decode(sample)
    except UnicodeDecodeError:
        return "latin-1", sample.decode("latin-1")


def _regularity(lines: list[str], mark: str) -> int:
    """The least number of a mark on a line, one odd line in twenty forgiven."""
    return sorted(line.count(mark) for line in lines[:20])[len(lines[:20]) // 20]


def _times(cells: pd.DataFrame) -> tuple[str, int | None, pd.Series]:
    """Form, position and values of the column of times; of two forms that fit, the one that spans less time."""
    found = []
    for position in cells:
        if cells[position].str.fullmatch(r"-?[\d.,]+").mean() > 0.5:
            continue
        for form in FORMS:
            stamps = pd.to_datetime(cells[position], format=form, errors="coerce", utc=True)
            if stamps.notna().mean() > 0.9:
                known = stamps.dropna()
                found.append((known.max() - known.min(), form, int(str(position)), known))
    if not found:
        return "?", None, pd.Series(dtype="datetime64[us, UTC]")
    _, form, first, stamps = min(found, key=lambda each: each[0])
    return form, first, stamps


def _mapping(header: tuple[str, ...], cells: pd.DataFrame, times: int | None) -> dict[str, str]:
    if times is None:
        return {}
    mapping = {"timestamp": header[times]}
    voltages = []
    for position, name in enumerate(header):
        numeric = cells[position].str.fullmatch(r"-?[\d.,eE+-]*").mean() > 0.9
        role = next((role for role, words in ROLES.items() if words.search(name)), None)
        if position == times or not numeric or role is None:
            continue
        if role == "voltage":
            voltages.append(name)
        else:
            mapping.setdefault(role, name)
    mapping |= dict(zip(("voltage_fa", "voltage_fc"), dict.fromkeys([*voltages[:1], *voltages[-1:]]), strict=False))
    if len(set(header)) < len(header):
        return mapping
    client = client_column(cells.set_axis(list(header), axis=1), ColumnNames.model_validate(_complete(mapping)))
    return mapping if client is None else {**mapping, "client": client}


def _complete(mapping: dict[str, str]) -> dict[str, str | None]:
    return {**dict.fromkeys(("reactive", "voltage_fa", "voltage_fc")), "active": "", **mapping}


def _step(stamps: pd.Series) -> str:
    try:
        return f"{interval_minutes(stamps.sort_values())} min" if len(stamps) > 1 else "?"
    except IngestError as error:
        return str(error)


def _unit(header: Iterable[str]) -> str:
    """The unit of energy or power that the column names tell; mean power over an interval is in kW."""
    found = _units(header)
    return ", ".join(unit for unit in UNITS if unit in found) or "? (names no unit)"


def _units(columns: Iterable[str]) -> set[str]:
    found = {name.lower() for column in columns for name in UNIT.findall(column)}
    return {unit for unit in UNITS if unit.lower() in found}


def _label(stamps: pd.Series) -> str:
    """The first reading of a day labelled 00:00 begins it; one labelled with the first step's end ends it."""
    if stamps.empty:
        return "?"
    first = stamps.min()
    return "start (first reading at 00:00)" if (first.hour, first.minute) == (0, 0) else "start or end: look"
