"""Files of many clients, cut into pieces of some clients each, so that no more than a piece need be in memory."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO

import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.ingest.doubts import ask_marks
from vigia.ingest.files import read_lines
from vigia.ingest.layouts import long_form
from vigia.ingest.readers import reader_of
from vigia.ingest.readers.source import Source, digest_of
from vigia.ingest.readers.text import Text, blocks_of, streamed
from vigia.ingest.table import PREAMBLE, cells_of, fields, head_of

LOOKED_AT = 3000
"""Lines in which numbers show whether they may be a thousand times as large."""


@dataclass(frozen=True)
class ClientLines:
    """Lines of some clients out of one file: its name, digest and columns, and lines by their number there."""

    file: str
    sha256: str
    columns: tuple[str, ...]
    lines: pd.Series


@dataclass(frozen=True)
class SplitFile:
    """A file that was cut: `folder` holds its pieces, `<number>` each."""

    file: str
    sha256: str
    columns: tuple[str, ...]
    folder: Path

    def part(self, number: int) -> ClientLines:
        """A piece of the file; all lines of a client are in pieces of one number, whatever the file."""
        rows = (self.folder / str(number)).read_bytes().decode("utf-8", "surrogatepass").split("\n")[:-1]
        split = [row.partition("\t") for row in rows]
        numbers = pd.Index([int(number) for number, _, _ in split], dtype="int64")
        lines = pd.Series([line for _, _, line in split], index=numbers, dtype="str")
        return ClientLines(self.file, self.sha256, self.columns, lines)


def split_by_client(source: Source, params: IngestParams, folder: Path, pieces: int) -> SplitFile:
    """Write the lines of a file of many clients to `pieces` files under `folder`, line by line.

    Raises:
        IngestError: the file cannot be read, is empty, no text of the encoding, lacks a column that must be there or
            has numbers that may be a thousand times as large.
    """
    digest = digest_of(source)
    folder.mkdir(parents=True)
    lines = _lines(source, params)
    first = list(islice(lines, LOOKED_AT))
    head = head_of(source.name, first[:PREAMBLE], params)
    body = pd.Series(first[head.lines :], index=range(head.lines + 1, len(first) + 1), dtype="str")
    ask_marks(*long_form(cells_of(source.name, head.columns, body, params), params), params)
    where = head.columns.index(str(params.columns.client))
    with ExitStack() as stack:
        targets = [stack.enter_context((folder / str(number)).open("wb")) for number in range(pieces)]
        _deal(chain(first[head.lines :], lines), head.lines + 1, where, params.separator, targets)
    return SplitFile(source.name, digest, head.columns, folder)


def _lines(source: Source, params: IngestParams) -> Iterator[str]:
    """Lines of a table; a text file, which may be of any size, is not in memory at once."""
    if isinstance(reader_of(source.path.name), Text):
        return streamed(source.name, blocks_of(source), params.encoding)
    return iter(read_lines(source, params))


def _deal(lines: Iterable[str], start: int, where: int, separator: str, targets: Sequence[IO[bytes]]) -> None:
    numbers: dict[str, int] = {}
    for count, line in enumerate(lines, start=start):
        if not line.strip():
            continue
        cells = fields(line, separator) if '"' in line else line.split(separator, where + 1)
        client = cells[where].strip() if where < len(cells) else ""
        number = numbers.get(client)
        if number is None:
            number = numbers[client] = zlib.crc32(client.encode("utf-8", "surrogatepass")) % len(targets)
        targets[number].write(f"{count}\t{line}\n".encode("utf-8", "surrogatepass"))
