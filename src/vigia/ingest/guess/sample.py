"""The table in the first lines of a file: encoding, separator, lines before it, header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.files import read_lines
from vigia.ingest.readers.source import Source
from vigia.ingest.readers.text import OtherEncodingError
from vigia.ingest.table import fields, is_separator_line, named

LINES, LAST_LINES = 3000, 100
WHOLE_BYTES = 32 << 20
"""A larger file is known by its first lines alone."""
SEPARATORS = ";\t,|"
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
VALUE = re.compile(r"[-+(]?[\d.,'\s]*\d[\d.,'\s]*(?:[eE][+-]?\d+)?\)?")
MOMENT = re.compile(r"\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?(?:[T ].*)?|\d{1,2}:\d{2}.*|\d{8}(?:\d{4,6})?")


@dataclass(frozen=True)
class Sample:
    """The first lines of a file as a table.

    Attributes:
        encoding, separator: how they were read.
        header: whether the first line of the table names the columns.
        columns: names, or numbers where there is no header.
        cells: rows of text.
        before: lines that stand before the table.
    """

    encoding: str
    separator: str
    header: bool
    columns: tuple[str, ...]
    cells: pd.DataFrame
    before: tuple[str, ...]


def first_lines(source: Source) -> tuple[str, list[str]]:
    """Encoding, and the first lines of a file with some of its last ones.

    Raises:
        IngestError: it cannot be read, or is no text.
    """
    whole = source.bytes_on_disk <= WHOLE_BYTES
    encoding = "utf-8-sig"
    try:
        lines = _read(source, encoding, whole)
    except OtherEncodingError as error:
        encoding = error.likely
        lines = _read(source, encoding, whole)
    text = "\n".join(lines[:200])
    if len(CONTROL.findall(text)) > len(text) / 1000:
        raise IngestError(f"{source.name}: no text file")
    return encoding.removesuffix("-sig"), lines


def _read(source: Source, encoding: str, whole: bool) -> list[str]:
    lines = read_lines(source, IngestParams(encoding=encoding), None if whole else LINES)
    if len(lines) <= LINES + LAST_LINES:
        return lines
    return lines[:LINES] + (lines[-LAST_LINES:] if whole else [])


def sample_of(encoding: str, lines: Sequence[str]) -> Sample:
    """The table that most of the lines make up.

    Raises:
        IngestError: there is none, with the reason.
    """
    written = [line for line in lines if line.strip() and not is_separator_line(line)]
    if not written:
        raise IngestError("the file is empty")
    if len(written) < 2:
        raise IngestError("a header without rows")
    separator, (start, stop, width) = max(
        ((mark, _block(written, mark)) for mark in SEPARATORS),
        key=lambda pair: (pair[1][2] > 1, pair[1][1] - pair[1][0]),
    )
    block = [row for row in (fields(line, separator) for line in written[start:stop]) if len(row) == width]
    if width < 1 or len(block) < 2:
        raise IngestError("no table: the lines do not have the columns of the header")
    first = _first_row(block)
    header = first > 0
    start, block = start + max(first - 1, 0), block[max(first - 1, 0) :]
    columns = named(block[0]) if header else tuple(str(number) for number in range(1, width + 1))
    rows = [row for row in (fields(line, separator) for line in written[start + header :]) if len(row) == width]
    cells = pd.DataFrame(rows, columns=range(width), dtype="str").apply(lambda column: column.str.strip())
    before = tuple(written[:start])
    return Sample(encoding, separator, header, columns, cells, before)


def _block(lines: Sequence[str], mark: str) -> tuple[int, int, int]:
    """First line, line after the last, and width of the table that a separator makes: one odd line does not end it."""
    widths = [len(fields(line, mark)) for line in lines]
    runs, place = [], 0
    for width, group in groupby(widths):
        count = len(list(group))
        runs.append((place, place + count, width))
        place += count
    wide = [run for run in runs if run[2] > 1] or runs
    _, stop, width = max(wide, key=lambda run: run[1] - run[0])
    same = [run for run in runs if run[2] == width]
    start = same[0][0]
    for former, later in pairwise(same):
        if later[0] - former[1] > 1 and later[0] <= stop:
            start = later[0]
    return start, same[-1][1], width


def _first_row(rows: Sequence[Sequence[str]]) -> int:
    """The first row that has numbers and times where most rows have them; the one before it names the columns."""
    middle = rows[len(rows) // 2]
    typed = [place for place, cell in enumerate(middle) if _is_typed(cell)]
    if not typed:
        return 1
    return next(place for place, row in enumerate(rows) if all(_is_typed(row[each]) for each in typed))


def _is_typed(cell: str) -> bool:
    text = cell.strip()
    return bool(VALUE.fullmatch(text) or MOMENT.fullmatch(text))
