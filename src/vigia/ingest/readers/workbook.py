"""Workbooks: sheets of cells that have a type."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook as Book
from openpyxl import load_workbook

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.readers.cells import line_of
from vigia.ingest.readers.source import Source
from vigia.ingest.readers.text import MOST_BYTES

NOT_A_WORKBOOK = (
    ValueError,
    OSError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl raises on damaged, truncated and encrypted workbooks."""


@dataclass(frozen=True)
class Workbook:
    """`.xlsx`; each of its sheets with rows is a table."""

    endings: tuple[str, ...] = (".xlsx",)

    def members(self, path: Path, /) -> list[str]:
        """Sheets with more than a row; none is named where there is one such sheet.

        Raises:
            IngestError: as `opened`.
        """
        with opened(path, path.name) as book:
            sheets = [sheet.title for sheet in book.worksheets if sheet.max_row is None or sheet.max_row > 1]
        return sheets if len(sheets) > 1 else [""]

    def lines(self, source: Source, params: IngestParams, first: int | None = None) -> list[str]:
        """Rows of a sheet as lines.

        Raises:
            IngestError: as `opened`.
        """
        with opened(source.path, source.name) as book:
            found = [sheet for sheet in book.worksheets if sheet.title == source.member]
            filled = (sheet for sheet in book.worksheets if sheet.max_row is None or sheet.max_row > 1)
            sheet = found[0] if found else next(filled, book.worksheets[0])
            return [line_of(row, params) for row in sheet.iter_rows(max_row=first, values_only=True)]


@contextmanager
def opened(path: Path, name: str) -> Iterator[Book]:
    """A workbook to read from; what goes wrong while it is open is an error of the file `name`.

    Raises:
        IngestError: no readable workbook, or one that unpacks to more than is read of a file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
        if unpacked > MOST_BYTES:
            raise IngestError(f"{name}: unpacks to {unpacked >> 20} MB; {MOST_BYTES >> 20} MB are read")
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            yield book
        finally:
            book.close()
    except NOT_A_WORKBOOK as error:
        raise IngestError(f"{name}: no readable workbook ({error})") from error
