"""Parquet files: columns with types."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.readers.cells import line_of
from vigia.ingest.readers.source import Source
from vigia.ingest.readers.text import MOST_BYTES

ROWS = 50_000


@dataclass(frozen=True)
class Parquet:
    """`.parquet`."""

    endings: tuple[str, ...] = (".parquet",)

    def members(self, _path: Path, /) -> list[str]:
        """The file itself."""
        return [""]

    def lines(self, source: Source, params: IngestParams, first: int | None = None) -> list[str]:
        """The columns' names and the rows, as lines.

        Raises:
            IngestError: no readable Parquet file, or one that unpacks to more than is read of a file.
        """
        try:
            with parquet.ParquetFile(source.path) as file:
                size = sum(file.metadata.row_group(each).total_byte_size for each in range(file.num_row_groups))
                if size > MOST_BYTES:
                    raise IngestError(f"{source.name}: unpacks to {size >> 20} MB; {MOST_BYTES >> 20} MB are read")
                lines = [line_of(file.schema_arrow.names, params)]
                for batch in file.iter_batches(ROWS if first is None else min(first, ROWS)):
                    columns = [batch.column(each).to_pylist() for each in range(batch.num_columns)]
                    lines += [line_of(row, params) for row in zip(*columns, strict=True)]
                    if first is not None and len(lines) > first:
                        return lines[:first]
                return lines
        except (pa.ArrowException, OSError, ValueError) as error:
            raise IngestError(f"{source.name}: no readable Parquet file ({error})") from error
