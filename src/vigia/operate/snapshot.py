"""What the store holds, as the files that `ingest` reads: the only way from operation into the experiment."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from vigia import frames
from vigia.errors import SourceError
from vigia.ingest.arrived import ARRIVED, write_arrived
from vigia.ingest.sources import MANIFEST
from vigia.records import SITE_LOG, VERDICTS
from vigia.store import Database, Readings, records

OURS = (MANIFEST, ARRIVED, SITE_LOG, VERDICTS)


def write_snapshot(folder: Path, raw: Path, database: Database, zone: str, as_of: datetime) -> None:
    """Fill an empty folder with the meter files of `raw`, and with what the store knew at a time.

    Where what people wrote was never taken over into the store, their files stay as they are.

    Args:
        folder: to be filled.
        raw: where the meter files of the fleet are.
        database: the store of the fleet.
        zone: of the fleet.
        as_of: what was recorded later is left out.

    Raises:
        SourceError: there are no meter files.
    """
    files = [path for path in sorted(raw.rglob("*")) if path.is_file() and path.name not in OURS]
    if not files:
        raise SourceError(f"{raw} has no meter files: fetch those that the fleet began with first")
    for path in files:
        copy = folder / path.relative_to(raw)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    readings = Readings(database, zone)
    parts = [readings.current(client, as_of=as_of) for client in sorted(readings.latest(), key=frames.client_order)]
    write_arrived(folder / ARRIVED, frames.concat("readings", parts, zone))
    with database.reading() as connection:
        taken_over = records.taken_over(connection)
        tables = {
            SITE_LOG: records.site_log(connection, zone, as_of),
            VERDICTS: records.verdicts(connection, zone, as_of),
        }
    for name, table in tables.items():
        if taken_over:
            _write(folder / name, table)
        elif (raw / name).is_file():
            shutil.copyfile(raw / name, folder / name)


def _write(path: Path, table: pd.DataFrame) -> None:
    """A table of what people wrote, times with their offset."""
    times: dict[str, Any] = {
        str(name): [None if pd.isna(when) else when.isoformat() for when in table[name]]
        for name in table
        if isinstance(table[name].dtype, pd.DatetimeTZDtype)
    }
    table.assign(**times).to_csv(path, index=False)
