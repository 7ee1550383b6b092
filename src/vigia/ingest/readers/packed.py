"""Compressed text: no more is unpacked than is read of any file, whatever the archive promises."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.readers.source import Source
from vigia.ingest.readers.text import BLOCK, Text, lines_of

DAMAGED = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError)
"""What is raised for damaged, encrypted and unknown archives."""
MOST_MEMBERS = 10_000


@dataclass(frozen=True)
class Gzip:
    """One text file, compressed."""

    endings: tuple[str, ...] = (".csv.gz", ".txt.gz", ".tsv.gz")

    def members(self, _path: Path, /) -> list[str]:
        """The file itself."""
        return [""]

    def lines(self, source: Source, params: IngestParams, first: int | None = None) -> list[str]:
        """Lines of the text.

        Raises:
            IngestError: damaged, no text of the encoding, or too large.
        """
        return lines_of(source.name, _unpacked(source), params.encoding, first)


@dataclass(frozen=True)
class Zip:
    """An archive of text files, each a table."""

    endings: tuple[str, ...] = (".zip",)

    def members(self, path: Path, /) -> list[str]:
        """Its text files.

        Raises:
            IngestError: no archive, or none with text files.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                names = sorted(name for name in archive.namelist() if name.lower().endswith(Text.endings))
        except DAMAGED as error:
            raise IngestError(f"{path.name}: no readable archive ({error})") from error
        if not names or len(names) > MOST_MEMBERS:
            raise IngestError(f"{path.name}: {len(names)} text files inside; 1 to {MOST_MEMBERS} are read")
        return names

    def lines(self, source: Source, params: IngestParams, first: int | None = None) -> list[str]:
        """Lines of a member.

        Raises:
            IngestError: damaged, encrypted, no text of the encoding, or too large.
        """
        return lines_of(source.name, _member(source), params.encoding, first)


def _unpacked(source: Source) -> Iterator[bytes]:
    try:
        with gzip.open(source.path, "rb") as file:
            while block := file.read(BLOCK):
                yield block
    except DAMAGED as error:
        raise IngestError(f"{source.name}: damaged ({error})") from error


def _member(source: Source) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(source.path) as archive, archive.open(source.member) as file:
            while block := file.read(BLOCK):
                yield block
    except DAMAGED as error:
        raise IngestError(f"{source.name}: damaged or encrypted ({error})") from error
