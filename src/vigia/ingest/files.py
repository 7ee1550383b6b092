"""Finding meter files in a folder and reading their lines; nothing is interpreted yet."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vigia.config.fleet import IngestParams
from vigia.errors import IngestError

PUBLIC_NAME = re.compile(r"^DATOSCLIENTE(\d+)$", re.IGNORECASE)
NOT_METERS = {"site_log.csv"}


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
    if not folder.is_dir():
        raise IngestError(f"no folder {folder}")
    skipped = NOT_METERS | {params.sectors_file}
    found = [path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".csv" and path.name not in skipped]
    if not found:
        raise IngestError(f"{folder} holds no CSV file with readings")
    return found


def client_of(path: Path) -> tuple[str, str]:
    """Identifier and name of the client of a file.

    >>> client_of(Path("DATOSCLIENTE7.csv")), client_of(Path("planta norte.csv"))
    (('7', 'Cliente 7'), ('planta norte', 'planta norte'))
    """
    match = PUBLIC_NAME.match(path.stem)
    return (match[1], f"Cliente {match[1]}") if match else (path.stem, path.stem)


def read_lines(path: Path, params: IngestParams) -> MeterFile:
    """Read a file as text.

    Raises:
        IngestError: the file is empty, no text of the encoding, or lacks a column that must be there.
    """
    text = _decode(path, params.encoding)
    lines = text.splitlines()
    if not any(line.strip() for line in lines):
        raise IngestError(f"{path.name}: the file is empty")
    header = [name.strip() for name in next(csv.reader(lines[:1], delimiter=params.separator), [])]
    _require_columns(path.name, header, params)
    body = pd.Series(lines[1:], index=range(2, len(lines) + 1), dtype="str")
    body = body[body.str.strip() != ""]
    wrong = (body.str.count(re.escape(params.separator)) != len(header) - 1).astype(bool)
    quoted = body.str.contains('"', regex=False).astype(bool)
    if quoted.any():
        width = body[quoted].map(lambda line: len(next(csv.reader([line], delimiter=params.separator))))
        wrong.loc[quoted] = (width != len(header)).astype(bool)
    good = body[~wrong]
    cells = _cells(good, header, params.separator)
    bad = body[wrong]
    broken = pd.DataFrame(
        {"line": bad.index, "raw": bad.to_numpy(), "reason": f"the line has not {len(header)} columns"}
    )
    return MeterFile(path.name, cells, pd.Series(good.index), good.reset_index(drop=True), broken)


def _decode(path: Path, encoding: str) -> str:
    content = path.read_bytes()
    if b"\x00" in content[:4096] and not encoding.lower().startswith("utf-16"):
        raise IngestError(f"{path.name}: this is no text file (or UTF-16, which must be declared as encoding)")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise IngestError(
            f"{path.name}: line {line} is not {encoding} (byte {content[error.start]:#04x}); declare the encoding"
        ) from error
    except LookupError as error:
        raise IngestError(f"{path.name}: unknown encoding {encoding!r}") from error


def _require_columns(name: str, header: list[str], params: IngestParams) -> None:
    columns = params.columns
    needed = [columns.timestamp, columns.active, *([columns.client] if columns.client else [])]
    missing = [column for column in needed if column not in header]
    if missing:
        shown = [column[:40] for column in header[:12]]
        raise IngestError(f"{name}: missing columns {missing}; the header has {shown}, separator {params.separator!r}")


def _cells(lines: pd.Series, header: list[str], separator: str) -> pd.DataFrame:
    if lines.empty:
        return pd.DataFrame(columns=header, dtype="str")
    text = io.StringIO("\n".join(lines))
    return pd.read_csv(
        text, sep=separator, names=header, dtype="str", keep_default_na=False, header=None, skip_blank_lines=False
    )
