"""Tables as parquet files: whole, or one file a client."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vigia.errors import FrameError
from vigia.frames.checks import check
from vigia.frames.names import client_folder, client_of_folder

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
