"""Finding meter files in a folder and reading their lines; nothing is interpreted yet."""

import codecs
import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.records import SITE_LOG, VERDICTS

PUBLIC_NAME = re.compile(r"^DATOSCLIENTE(\d+)$", re.IGNORECASE)
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class MeterFile:
    """The lines of one file.

    Attributes:
        name: file name.
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


def meter_files(folder: Path, params: IngestParams) -> list[Path]:
    """CSV files of a folder that hold readings, in name order.

    Raises:
        IngestError: the folder does not exist or has no such file.
    """
    if folder.is_file():
        raise IngestError(f"{folder} is a file; give the folder that holds the meter files")
    if not folder.is_dir():
        raise IngestError(f"no folder {folder}")
    skipped = {SITE_LOG, VERDICTS, params.sectors_file}
    files = (path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".csv" and not path.is_dir())
    found = [path for path in files if path.name not in skipped]
    if not found:
        raise IngestError(f"{folder} holds no CSV file with readings; meter files end in .csv")
    return found


def client_of(path: Path) -> tuple[str, str]:
    """Identifier and name of the client of a file.

    >>> client_of(Path("DATOSCLIENTE7.csv")), client_of(Path("planta norte.csv"))
    (('7', 'Cliente 7'), ('planta norte', 'planta norte'))
    """
    match = PUBLIC_NAME.match(path.stem)
    return (match[1], f"Cliente {match[1]}") if match else (path.stem, path.stem)


def read_content(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        IngestError: the file cannot be opened or read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise IngestError(f"{path.name}: the file cannot be read ({error.strerror})") from error


def read_lines(name: str, content: bytes, params: IngestParams) -> MeterFile:
    """The lines of the file `name` as text.

    Raises:
        IngestError: the file is empty, no text of the encoding, lacks a column that must be there or has one twice.
    """
    lines = lines_of(decode(name, content, params.encoding))
    if not any(line.strip() for line in lines):
        raise IngestError(f"{name}: the file is empty")
    return cells_of(name, lines[0], pd.Series(lines[1:], index=range(2, len(lines) + 1), dtype="str"), params)


def header_of(name: str, line: str, params: IngestParams) -> list[str]:
    """Column names of a file's first line.

    Raises:
        IngestError: a column that must be there is missing, or one stands twice.
    """
    header = [column.strip() for column in fields(line, params.separator)]
    _require_columns(name, header, params)
    return header


def cells_of(name: str, first_line: str, body: pd.Series, params: IngestParams) -> MeterFile:
    """The cells of data lines `body`, whose index is their number in the file that begins with `first_line`.

    Raises:
        IngestError: as `header_of`.
    """
    header = header_of(name, first_line, params)
    body = body[body.str.strip() != ""]
    width = pd.Series([line.count(params.separator) + 1 for line in body.tolist()], index=body.index, dtype="int64")
    quoted = body.str.contains('"', regex=False).astype(bool)
    if quoted.any():
        width.loc[quoted] = body[quoted].map(lambda line: len(fields(line, params.separator)))
    wrong = (width != len(header)).astype(bool)
    good = body[~wrong]
    cells = _cells(good, header, params.separator)
    bad, found = body[wrong], width[wrong]
    reason = ("the line has " + found.astype("str") + f" columns, the header {len(header)}").where(
        found > 0, "a quotation mark is not closed on this line"
    )
    broken = pd.DataFrame({"line": bad.index, "raw": bad.to_numpy(), "reason": reason.to_numpy()})
    return MeterFile(name, cells, pd.Series(good.index), good.reset_index(drop=True), broken)


def lines_of(text: str) -> list[str]:
    """Lines as a spreadsheet sees them; other marks that Python ends lines at may stand inside a cell.

    >>> lines_of("a\\r\\nb\\u2028c\\n")
    ['a', 'b\\u2028c', '']
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def fields(line: str, separator: str) -> list[str]:
    """Cells of a line; none where its quotation marks do not match.

    >>> fields('7,"1,5"', ","), fields('7,"1', ",")
    (['7', '1,5'], [])
    """
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return []


def decode(name: str, content: bytes, encoding: str) -> str:
    """The text of a file.

    Raises:
        IngestError: it is no text of that encoding.
    """
    refuse_binary(name, content[:4096], encoding)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise IngestError(
            f"{name}: line {line} is not {encoding} (byte {content[error.start]:#04x}); "
            "set `encoding` under `ingest` in params.yaml, often latin-1"
        ) from error


def refuse_binary(name: str, head: bytes, encoding: str) -> None:
    """Refuse a file whose first bytes are no text of that encoding.

    Raises:
        IngestError: saying which encoding it is, or that it is no text.
    """
    if encoding.lower().startswith("utf-16"):
        return
    if head.startswith(UTF_16_MARKS):
        raise IngestError(f"{name}: this is UTF-16; set `encoding: utf-16` under `ingest` in params.yaml")
    if b"\x00" in head:
        raise IngestError(f"{name}: this is no text file; export the readings as CSV")


def _require_columns(name: str, header: list[str], params: IngestParams) -> None:
    columns = params.columns
    needed = [columns.timestamp, columns.active, *([columns.client] if columns.client else [])]
    missing = [column for column in needed if column not in header]
    shown = [column[:40] for column in header[:12]]
    if missing:
        raise IngestError(
            f"{name}: missing columns {missing}; the header has {shown}, separator {params.separator!r}; "
            "`vigia check` suggests a mapping"
        )
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise IngestError(f"{name}: columns {twice} stand twice in the header {shown}; give each a name of its own")


def _cells(lines: pd.Series, header: list[str], separator: str) -> pd.DataFrame:
    if lines.empty:
        return pd.DataFrame(columns=header, dtype="str")
    text = io.StringIO("\n".join(lines.tolist()))
    return pd.read_csv(
        text, sep=separator, names=header, dtype="str", keep_default_na=False, header=None, skip_blank_lines=False
    )
