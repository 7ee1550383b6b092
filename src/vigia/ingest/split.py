"""Files of many clients, cut into pieces of some clients each, so that no more than a piece need be in memory."""

import codecs
import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.files import decode, fields, header_of, read_content, refuse_binary

BLOCK = 1 << 20


@dataclass(frozen=True)
class ClientLines:
    """Lines of some clients out of one file: its name and digest, its first line, and lines by their number there."""

    file: str
    sha256: str
    header: str
    lines: pd.Series


@dataclass(frozen=True)
class SplitFile:
    """A file that was cut: `folder` holds its pieces, `<number>` each."""

    file: str
    sha256: str
    header: str
    folder: Path

    def part(self, number: int) -> ClientLines:
        """A piece of the file; all lines of a client are in pieces of one number, whatever the file."""
        rows = (self.folder / str(number)).read_bytes().decode("utf-8").split("\n")[:-1]
        split = [row.partition("\t") for row in rows]
        numbers = pd.Index([int(number) for number, _, _ in split], dtype="int64")
        lines = pd.Series([line for _, _, line in split], index=numbers, dtype="str")
        return ClientLines(self.file, self.sha256, self.header, lines)


def split_by_client(path: Path, params: IngestParams, folder: Path, pieces: int) -> SplitFile:
    """Write the lines of a file of many clients to `pieces` files under `folder`, line by line.

    Raises:
        IngestError: the file cannot be read, is empty, no text of the encoding or lacks a column that must be there.
    """
    digest = _digest(path, params.encoding)
    folder.mkdir(parents=True)
    with path.open(encoding=params.encoding, newline=None) as source, ExitStack() as stack:
        first = source.readline()
        if not first.strip() and not any(line.strip() for line in source):
            raise IngestError(f"{path.name}: the file is empty")
        header = header_of(path.name, first, params)
        where = header.index(str(params.columns.client))
        targets = [stack.enter_context((folder / str(number)).open("wb")) for number in range(pieces)]
        _deal(source, where, params.separator, targets)
    return SplitFile(path.name, digest, first.rstrip("\n"), folder)


def _deal(source: IO[str], where: int, separator: str, targets: Sequence[IO[bytes]]) -> None:
    numbers: dict[str, int] = {}
    for count, line in enumerate(source, start=2):
        line = line.rstrip("\n")
        cells = fields(line, separator) if '"' in line else line.split(separator, where + 1)
        client = cells[where].strip() if where < len(cells) else ""
        number = numbers.get(client)
        if number is None:
            number = numbers[client] = zlib.crc32(client.encode("utf-8", "surrogatepass")) % len(targets)
        targets[number].write(f"{count}\t{line}\n".encode("utf-8", "surrogatepass"))


def _digest(path: Path, encoding: str) -> str:
    """Digest of the bytes; a file that is no text of the encoding is refused before a line of it is taken."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder(encoding)()
    try:
        for number, block in enumerate(_blocks(path)):
            if number == 0:
                refuse_binary(path.name, block[:4096], encoding)
            digest.update(block)
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        decode(path.name, read_content(path), encoding)
        raise
    return digest.hexdigest()


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block
    except OSError as error:
        raise IngestError(f"{path.name}: the file cannot be read ({error.strerror})") from error
