"""What stands beside the meter files: sectors, and what people wrote down; nothing of it stops the readings."""

from pathlib import Path

import pandas as pd

from vigia import frames
from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.clients import read_sectors
from vigia.ingest.collected import Collected
from vigia.records import Records


def sectors_of(raw: Path, params: IngestParams, found: Collected, readings: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Sector by client; who has none, and who has one but no readings, becomes an issue of `found`."""
    try:
        sectors = read_sectors(raw, params)
    except IngestError as error:
        for client in readings:
            found.issue(client, "unreadable_sectors", "warns", str(error))
        return {}
    there = (raw / params.sectors_file).is_file()
    why = f"the client is not in {params.sectors_file}" if there else f"there is no {params.sectors_file} with sectors"
    for client in readings:
        if client not in sectors:
            found.issue(client, "no_sector", "warns", why)
    for client in sorted(set(sectors) - set(readings), key=frames.client_order):
        found.issue(client, "no_readings", "warns", f"{params.sectors_file} lists client {client}, who has no readings")
    return sectors


def keep_records(name: str, file: str, written: Records, found: Collected, readings: dict[str, pd.DataFrame]) -> None:
    """Keep what people wrote, and say before any model is fitted what of it was not understood."""
    found.records[name] = written.entries
    if len(written.rejected):
        found.quarantine.append(written.rejected.assign(source_file=file))
        for client in readings:
            found.issue(client, f"{name}_lines", "warns", left_out(written, file))
    for client in sorted(set(written.entries["client_id"]) - set(readings), key=frames.client_order):
        found.issue(client, "no_readings", "warns", f"{file} names client {client}, who has no readings")


def left_out(written: Records, file: str) -> str:
    """What is said of lines of `file` that were not understood."""
    first = written.rejected.iloc[0]
    return f"{len(written.rejected)} lines of {file} are left out; line {first['line']}: {first['reason']}"
