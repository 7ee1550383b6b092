"""Workbooks: the first sheet that holds a table."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

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
"""What openpyxl and pandas raise on damaged, truncated and encrypted workbooks."""


@dataclass(frozen=True)
class Workbook:
    """`.xlsx`; its sheets are tables of their own where it has several with more than one row."""

    endings: tuple[str, ...] = (".xlsx",)

    def members(self, _path: Path, /) -> list[str]:
        """The first sheet."""
        return [""]

    def lines(self, source: Source, params: IngestParams, first: int | None = None) -> list[str]:
        """Rows of the first sheet as lines.

        Raises:
            IngestError: no readable workbook, or one that unpacks to more than is read of a file.
        """
        try:
            with zipfile.ZipFile(source.path) as archive:
                unpacked = sum(each.file_size for each in archive.infolist())
            if unpacked > MOST_BYTES:
                raise IngestError(f"{source.name}: unpacks to {unpacked >> 20} MB; {MOST_BYTES >> 20} MB are read")
            book = load_workbook(source.path, read_only=True, data_only=True)
            try:
                rows = book.worksheets[0].iter_rows(max_row=first, values_only=True)
                return [line_of(row, params) for row in rows]
            finally:
                book.close()
        except NOT_A_WORKBOOK as error:
            raise IngestError(f"{source.name}: no readable workbook ({error})") from error
