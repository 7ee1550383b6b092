"""Tables as parquet files: whole, or one file a client."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vigia.errors import FrameError
from vigia.frames.checks import check
from vigia.frames.names import client_folder, client_of_folder

PART_ROWS = 16_384
PARTITION = "client_id="
"""Before the name of the folder of one client's part of a table."""


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a table to one parquet file; the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    partial = path.with_suffix(path.suffix + ".partial")
    pq.write_table(table, partial, compression="zstd")
    partial.replace(path)


def read(path: Path, name: str) -> pd.DataFrame:
    """Read one parquet file and check it against the contract `name`."""
    if not path.is_file():
        raise FrameError(f"{name}: no file {path}")
    return check(name, pq.ParquetFile(path).read().to_pandas())


def read_part(path: Path, name: str, keep: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """Read what is wanted of a large parquet file, which is never in memory as a whole.

    Args:
        path: of the file.
        name: of its contract.
        keep: from rows to those that are wanted; asked about what it kept before with the rows that follow it.
    """
    if not path.is_file():
        raise FrameError(f"{name}: no file {path}")
    file = pq.ParquetFile(path)
    kept = file.schema_arrow.empty_table().to_pandas()
    for batch in file.iter_batches(PART_ROWS):
        rows = batch.to_pandas()
        kept = keep(pd.concat([kept, rows], ignore_index=True) if len(kept) else rows)
    return check(name, kept)


def give_back_memory() -> None:
    """Give the system back what reading tables took and nobody holds any more."""
    pa.default_memory_pool().release_unused()


@dataclass(frozen=True)
class Packed:
    """A table that stays in memory as its file, a third as large as the frame, and is unpacked when it is asked for.

    Attributes:
        name: of its contract.
        content: the parquet file.
    """

    name: str
    content: bytes

    @classmethod
    def read(cls, path: Path, name: str) -> "Packed":
        """Read a file and see that it keeps the contract.

        Raises:
            FrameError: it does not, or is not there.
        """
        if not path.is_file():
            raise FrameError(f"{name}: no file {path}")
        packed = cls(name, path.read_bytes())
        packed.table()
        return packed

    def table(self) -> pd.DataFrame:
        """A frame of its own."""
        return check(self.name, pq.ParquetFile(pa.BufferReader(self.content)).read().to_pandas())


def client_file(folder: Path, client_id: str) -> Path:
    """Where a table partitioned by client keeps the rows of one client."""
    return folder / f"{PARTITION}{client_folder(client_id)}" / "part.parquet"


def write_client(frame: pd.DataFrame, folder: Path, client_id: str) -> None:
    """Write one client's part of a partitioned table; `client_id` stays a column of the file."""
    write(frame, client_file(folder, client_id))


def write_by_client(frame: pd.DataFrame, folder: Path) -> None:
    """Write a table as one file a client under `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for client_id, part in frame.groupby("client_id", sort=True):
        write_client(part.reset_index(drop=True), folder, str(client_id))


def read_client(folder: Path, name: str, client_id: str) -> pd.DataFrame:
    """Read one client's part of a partitioned table."""
    return read(client_file(folder, client_id), name)


def last_time(path: Path) -> pd.Timestamp:
    """The last row's time; no other column of the file is read."""
    if not path.is_file():
        raise FrameError(f"no file {path}")
    last: pd.Timestamp = pq.ParquetFile(path).read(columns=["timestamp"]).to_pandas()["timestamp"].iloc[-1]
    return last


def clients_in(folder: Path) -> list[str]:
    """The clients of a partitioned table, sorted (numbers as numbers)."""
    found = [_client_of(path) for path in folder.glob(f"{PARTITION}*/part.parquet")]
    return sorted(found, key=client_order)


def _client_of(path: Path) -> str:
    """The client of a part, from its folder's name, or from its first row where that was cut."""
    named = client_of_folder(path.parent.name.removeprefix(PARTITION))
    if named is not None:
        return named
    column = pq.ParquetFile(path).read(columns=["client_id"])["client_id"]
    if not len(column):
        raise FrameError(f"{path} has no row that says whose it is")
    return str(column[0].as_py())


def client_order(client_id: str) -> tuple[int, int, str]:
    """Sort key: numeric identifiers by value, before all others by text."""
    return (0, int(client_id), "") if client_id.isdecimal() else (1, 0, client_id)
