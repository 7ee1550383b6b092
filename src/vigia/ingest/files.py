"""Finding meter files in a folder, whose they are, and what is passed over."""

import re
from dataclasses import dataclass
from pathlib import Path

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.arrived import ARRIVED
from vigia.ingest.layouts import long_form
from vigia.ingest.layouts.nem12 import is_nem12, nem12
from vigia.ingest.readers import reader_of, without_ending
from vigia.ingest.readers.parquet import Parquet
from vigia.ingest.readers.source import Source, as_text
from vigia.ingest.readers.workbook import Workbook
from vigia.ingest.table import MeterFile, table_of
from vigia.records import SITE_LOG, VERDICTS

PUBLIC_NAME = re.compile(r"^DATOSCLIENTE(\d+)$", re.IGNORECASE)
OWN = ("manifest.json", "truth/labels.parquet", ARRIVED)
"""Written by Vigía itself."""


@dataclass(frozen=True)
class Listing:
    """What a folder holds: tables to be read, and files that are not, by name with the reason."""

    sources: list[Source]
    passed_over: dict[str, str]


def listing(folder: Path, params: IngestParams) -> Listing:
    """All files of a folder and of the folders in it, in name order.

    Raises:
        IngestError: the folder does not exist or has no meter file.
    """
    if folder.is_file():
        raise IngestError(f"{folder} is a file; give the folder that holds the meter files")
    if not folder.is_dir():
        raise IngestError(f"no folder {folder}")
    beside = {SITE_LOG, VERDICTS, params.sectors_file, *OWN}
    home = folder.resolve()
    sources: list[Source] = []
    passed_over: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = as_text(path.relative_to(folder).as_posix())
        if path.is_dir() or name in beside or is_hidden(Path(name)):
            continue
        reader = reader_of(name)
        if reader is None:
            passed_over[name] = "no form that is read"
        elif not path.resolve().is_relative_to(home):
            passed_over[name] = "a link that leads out of the folder"
        else:
            try:
                members = reader.members(path)
            except IngestError:
                members = [""]  # reading it will say why
            sources += [Source(path, f"{name}/{member}" if member else name, member) for member in members]
    if not sources:
        raise IngestError(f"{folder} holds no file with readings; .csv, .txt, .xlsx, .parquet, .gz and .zip are read")
    return Listing(sources, passed_over)


def is_hidden(path: Path) -> bool:
    """Whether a file or a folder above it is kept from people, as those that office programs leave behind are."""
    return any(part.startswith((".", "~$")) for part in path.parts)


def client_of(name: str, params: IngestParams) -> tuple[str, str]:
    """Identifier and name of the client of a file.

    >>> client_of("DATOSCLIENTE7.csv", IngestParams()), client_of("planta norte.csv", IngestParams())
    (('7', 'Cliente 7'), ('planta norte', 'planta norte'))
    >>> client_of("2024/norte_2024-01.csv", IngestParams(client_pattern="(?P<client>.+)_[0-9-]+"))
    ('norte', 'norte')
    """
    stem = without_ending(name)
    own = re.fullmatch(params.client_pattern, stem) if params.client_pattern else None
    if own is not None:
        return own["client"], own["client"]
    match = PUBLIC_NAME.match(stem)
    return (match[1], f"Cliente {match[1]}") if match else (stem, stem)


def read_lines(source: Source, params: IngestParams, first: int | None = None) -> list[str]:
    """Lines of a table, `first` of them if it is given.

    Raises:
        IngestError: it cannot be read, is no text of the encoding, or too large.
    """
    reader = reader_of(source.path.name)
    if reader is None:
        raise IngestError(f"{source.name}: no form that is read")
    return reader.lines(source, params, first)


def rows_of_lines(name: str, lines: list[str], params: IngestParams) -> tuple[MeterFile, IngestParams]:
    """A row an interval of a client, whatever the file's layout, and the mapping of the columns that it then has.

    Raises:
        IngestError: the file is empty, lacks a column that must be there or has one twice.
    """
    if is_nem12(lines):
        return nem12(name, lines, params)
    return long_form(table_of(name, lines, params), params)


def is_of_many(source: Source, params: IngestParams) -> bool:
    """Whether a file names its clients itself, whatever the mapping says; one that cannot be read does not."""
    if source.path.name.lower().endswith((*Workbook.endings, *Parquet.endings)):
        return False  # to open one takes long, and NEM12 is text
    try:
        return is_nem12(read_lines(source, params, 1))
    except IngestError:
        return False
