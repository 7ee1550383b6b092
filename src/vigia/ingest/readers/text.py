"""Text files: bytes to lines, in bounded memory."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.readers.source import Source

BLOCK = 1 << 20
LONGEST_LINE = 1 << 20
"""No table has a line of a megabyte of characters."""
MOST_BYTES = 1 << 30
"""What is unpacked or read of one file at most."""
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LINE_ENDS = re.compile("\r\n|\r|\n")


class OtherEncodingError(IngestError):
    """The bytes are no text of the encoding; `likely` is what they may be."""

    def __init__(self, message: str, likely: str) -> None:
        super().__init__(message)
        self.likely = likely


@dataclass(frozen=True)
class Text:
    """`.csv`, `.txt` and `.tsv`."""

    endings: tuple[str, ...] = (".csv", ".txt", ".tsv")

    def members(self, _path: Path, /) -> list[str]:
        """The file itself."""
        return [""]

    def lines(self, source: Source, params: IngestParams, first: int | None = None) -> list[str]:
        """Lines of the file.

        Raises:
            IngestError: it cannot be read or is no text of the encoding.
        """
        return lines_of(source.name, blocks_of(source), params.encoding, first)


def blocks_of(source: Source) -> Iterator[bytes]:
    """Bytes of a file, block by block.

    Raises:
        IngestError: the file cannot be opened or read.
    """
    try:
        with source.path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block
    except OSError as error:
        raise IngestError(f"{source.name}: the file cannot be read ({error.strerror})") from error


def lines_of(name: str, blocks: Iterable[bytes], encoding: str, first: int | None = None) -> list[str]:
    r"""Lines of a file, `first` of them if it is given.

    >>> lines_of("a.csv", [b"a\r\nb", b"\nc\n"], "utf-8")
    ['a', 'b', 'c', '']

    Raises:
        IngestError: as `streamed`, or more bytes than are read of a file at once.
    """
    return list(islice(streamed(name, _at_most(name, blocks), encoding), first))


def _at_most(name: str, blocks: Iterable[bytes]) -> Iterator[bytes]:
    seen = 0
    for block in blocks:
        seen += len(block)
        if seen > MOST_BYTES:
            raise IngestError(f"{name}: more than {MOST_BYTES >> 20} MB; cut the file")
        yield block


def streamed(name: str, blocks: Iterable[bytes], encoding: str) -> Iterator[str]:
    """Lines as a spreadsheet sees them; other marks that Python ends lines at may stand inside a cell.

    Raises:
        IngestError: no text of that encoding, or a line without an end.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    rest, count = "", 0
    for number, block in enumerate(chain(blocks, [b""])):
        if number == 0:
            refuse_binary(name, block[:4096], encoding)
        try:
            rest += decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, errors="replace")
            raise _not_of(name, encoding, count + len(LINE_ENDS.findall(rest + before)) + 1, error) from error
        waits = bool(block) and rest.endswith("\r")  # the other half of its line end may follow
        *ended, rest = LINE_ENDS.split(rest[:-1] if waits else rest)
        rest += "\r" if waits else ""
        if len(rest) > LONGEST_LINE or (ended and len(max(ended, key=len)) > LONGEST_LINE):
            raise IngestError(f"{name}: a line of more than {LONGEST_LINE >> 20} MB; this is no table")
        count += len(ended)
        yield from ended
    yield rest


def _not_of(name: str, encoding: str, line: int, error: UnicodeDecodeError) -> OtherEncodingError:
    return OtherEncodingError(
        f"{name}: line {line} is not {encoding} (byte {error.object[error.start]:#04x}); "
        "set `encoding` under `ingest` in params.yaml, often latin-1",
        "latin-1",
    )


def refuse_binary(name: str, head: bytes, encoding: str) -> None:
    """Refuse a file whose first bytes are no text of that encoding.

    Raises:
        IngestError: saying which encoding it is, or that it is no text.
    """
    if encoding.lower().startswith("utf-16"):
        return
    if head.startswith(UTF_16_MARKS):
        message = f"{name}: this is UTF-16; set `encoding: utf-16` under `ingest` in params.yaml"
        raise OtherEncodingError(message, "utf-16")
    if b"\x00" in head:
        raise IngestError(f"{name}: this is no text file; export the readings as CSV")
