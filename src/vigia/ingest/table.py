"""From lines to cells: which line names the columns, and what every line has under them. Nothing is interpreted yet."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError

PREAMBLE = 60
"""Lines among which the header is looked for: exports of portals tell the contract before."""


@dataclass(frozen=True)
class MeterFile:
    """The lines of one file.

    Attributes:
        name: as people are told.
        cells: one row a data line, all text, columns as in the header; short and long lines are left out.
        lines: (rows,) 1-based number of the line of each row.
        raw: (rows,) the line as it was.
        broken: rows `line, raw, reason` that do not have the header's number of columns.
    """

    name: str
    cells: pd.DataFrame
    lines: pd.Series
    raw: pd.Series
    broken: pd.DataFrame

    @property
    def read(self) -> int:
        """Number of data lines."""
        return len(self.cells) + len(self.broken)


@dataclass(frozen=True)
class Head:
    """Names of the columns, and how many lines stand before the first line of data."""

    columns: tuple[str, ...]
    lines: int


def head_of(name: str, first: Sequence[str], params: IngestParams) -> Head:
    """The head of a table: its first line that has all columns that the mapping needs.

    A column without a name goes by its number, as all do in a table without a header.

    Args:
        name: of the file, for messages.
        first: its first lines, `PREAMBLE` of them where there are so many.
        params: the mapping.

    Raises:
        IngestError: the file is empty, no line has these columns, or one stands twice.
    """
    written = [number for number, line in enumerate(first) if line.strip()]
    if not written:
        raise IngestError(f"{name}: the file is empty")
    needed = needed_columns(params)
    if not params.header:
        start = next((each for each in written if not is_separator_line(first[each])), written[0])
        columns = tuple(str(number) for number in range(1, len(fields(first[start], params.separator)) + 1))
        _require(name, columns, needed, params)
        return Head(columns, start)
    for number in written[:PREAMBLE]:
        columns = named(fields(first[number], params.separator))
        if set(needed) <= set(columns):
            _require(name, columns, needed, params)
            return Head(columns, number + 1)
    start = next((each for each in written if not is_separator_line(first[each])), written[0])
    _require(name, named(fields(first[start], params.separator)), needed, params)
    raise AssertionError("a line without the columns was accepted")


def needed_columns(params: IngestParams) -> list[str]:
    """Columns that a file of this layout must have."""
    columns = params.columns
    needed = [columns.timestamp, columns.hour, columns.client, columns.quality]
    if params.layout == "rows":
        needed.append(columns.active)
    elif params.layout == "channels":
        needed += [columns.channel, columns.value]
    return [each for each in needed if each is not None]


def named(header: Sequence[str]) -> tuple[str, ...]:
    """Names of columns; one without a name has its number.

    >>> named(["", " kWh "])
    ('1', 'kWh')
    """
    return tuple(column.strip() or str(number) for number, column in enumerate(header, start=1))


def is_separator_line(line: str) -> bool:
    """Whether a line tells a spreadsheet the separator, as in `sep=;`."""
    return line.strip().strip('"').lower().startswith("sep=") and len(line.strip().strip('"')) == len("sep=;")


def table_of(name: str, lines: Sequence[str], params: IngestParams) -> MeterFile:
    """The cells of a file.

    Raises:
        IngestError: as `head_of`.
    """
    head = head_of(name, lines[:PREAMBLE], params)
    body = pd.Series(lines[head.lines :], index=range(head.lines + 1, len(lines) + 1), dtype="str")
    return cells_of(name, head.columns, body, params)


def cells_of(name: str, columns: Sequence[str], body: pd.Series, params: IngestParams) -> MeterFile:
    """The cells of data lines `body`, whose index is their number in the file."""
    body = body[body.str.strip() != ""]
    width = pd.Series([line.count(params.separator) + 1 for line in body.tolist()], index=body.index, dtype="int64")
    quoted = body.str.contains('"', regex=False).astype(bool)
    if quoted.any():
        width.loc[quoted] = body[quoted].map(lambda line: len(fields(line, params.separator)))
    wrong = (width != len(columns)).astype(bool)
    good = body[~wrong]
    bad, found = body[wrong], width[wrong]
    reason = ("the line has " + found.astype("str") + f" columns, the header {len(columns)}").where(
        found > 0, "a quotation mark is not closed on this line"
    )
    broken = pd.DataFrame({"line": bad.index, "raw": bad.to_numpy(), "reason": reason.to_numpy()})
    cells = _cells(good, columns, params.separator)
    return MeterFile(name, cells, pd.Series(good.index), good.reset_index(drop=True), broken)


def fields(line: str, separator: str) -> list[str]:
    """Cells of a line; none where its quotation marks do not match.

    >>> fields('7,"1,5"', ","), fields('7,"1', ",")
    (['7', '1,5'], [])
    """
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return []


def _require(name: str, columns: Sequence[str], needed: Sequence[str], params: IngestParams) -> None:
    missing = [column for column in needed if column not in columns]
    shown = [column[:40] for column in columns[:12]]
    if missing:
        raise IngestError(
            f"{name}: missing columns {missing}; the header has {shown}, separator {params.separator!r}; "
            "`vigia check` suggests a mapping"
        )
    twice = sorted({column for column in columns if list(columns).count(column) > 1})
    if twice:
        raise IngestError(f"{name}: columns {twice} stand twice in the header {shown}; give each a name of its own")


def _cells(lines: pd.Series, columns: Sequence[str], separator: str) -> pd.DataFrame:
    if lines.empty:
        return pd.DataFrame(columns=list(columns), dtype="str")
    text = io.StringIO("\n".join(lines.tolist()))
    return pd.read_csv(
        text,
        sep=separator,
        names=list(columns),
        dtype="str",
        keep_default_na=False,
        header=None,
        skip_blank_lines=False,
    )
