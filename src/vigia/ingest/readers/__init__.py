"""Forms in which meter files come, one reader each; the next form is one more file and one more line here.

A reader gives lines of text, whatever the form: cells that have a type, as in a workbook, are written as the mapping
says that a cell is written. So there is one way from lines to readings, and what is rejected can be shown as a line.
"""

from pathlib import Path
from typing import Protocol

from vigia.config.sections.ingest import IngestParams
from vigia.ingest.readers import packed, parquet, text, workbook
from vigia.ingest.readers.source import Source


class Reader(Protocol):
    """A file belongs to the first reader that has its ending."""

    @property
    def endings(self) -> tuple[str, ...]:
        """Such as `.csv`."""

    def members(self, path: Path, /) -> list[str]:
        """Names of the tables inside a file of many; `[""]` where the file is one table."""

    def lines(self, source: Source, params: IngestParams, first: int | None = None) -> list[str]:
        """Lines of a table, `first` of them if it is given.

        Raises:
            IngestError: it cannot be read, is no such form, or is larger than what is read.
        """


READERS: tuple[Reader, ...] = (packed.Gzip(), packed.Zip(), workbook.Workbook(), parquet.Parquet(), text.Text())


def reader_of(name: str) -> Reader | None:
    """The reader of a file by its ending.

    >>> reader_of("planta.CSV.gz"), reader_of("foto.png")
    (Gzip(endings=('.csv.gz', '.txt.gz', '.tsv.gz')), None)
    """
    lower = name.lower()
    return next((reader for reader in READERS if lower.endswith(reader.endings)), None)


def without_ending(name: str) -> str:
    """The name of a file as its author gave it, without folders and the ending of its form.

    >>> without_ending("2024/planta.csv.gz"), without_ending("todo.zip/planta norte.txt")
    ('planta', 'planta norte')
    """
    own = name.replace("\\", "/").rpartition("/")[2]
    reader = reader_of(own)
    ending = next((each for each in reader.endings if own.lower().endswith(each)), "") if reader else ""
    return own[: -len(ending)] if ending else own
