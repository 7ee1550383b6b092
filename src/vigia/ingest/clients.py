"""The clients' attributes: names, sectors, what they may do."""

from pathlib import Path

import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.files import read_lines
from vigia.ingest.readers.source import Source
from vigia.ingest.table import fields


def read_sectors(folder: Path, params: IngestParams) -> dict[str, str]:
    """Sector by client, from the first two columns of the sector table; empty where there is none.

    Clients are written as `7`, `Cliente 7` or by name; stray spaces are dropped.

    Raises:
        IngestError: the table cannot be read or has less than two columns.
    """
    path, plain = folder / params.sectors_file, IngestParams()
    if not path.is_file():
        return {}
    try:
        rows = [fields(line, plain.separator) for line in read_lines(Source(path, path.name), plain)]
    except IngestError as error:
        raise IngestError(f"{error}; sectors stay unknown until it is mended") from error
    header = next((row for row in rows if any(row)), [])
    if len(header) < 2:
        raise IngestError(f"{path.name}: needs two columns, client and sector; it has {header}")
    pairs = pd.DataFrame(
        [row[:2] for row in rows[rows.index(header) + 1 :] if len(row) >= 2], columns=[0, 1], dtype="str"
    )
    client = pairs[0].str.strip().str.replace(r"(?i)^cliente\s*(\d+)$", r"\1", regex=True)
    sector = pairs[1].str.strip()
    known = (client != "") & (sector != "")
    return dict(zip(client[known], sector[known], strict=True))


def client_table(names: dict[str, str], sectors: dict[str, str], params: IngestParams) -> pd.DataFrame:
    """Table `clients` of the clients that have readings."""
    return pd.DataFrame(
        {
            "client_id": list(names),
            "name": list(names.values()),
            "sector": [sectors.get(client) for client in names],
            "export_allowed": [client in params.export_allowed for client in names],
            "tariff": params.tariff,
            "nominal_voltage_v": params.nominal_voltage_v,
        }
    )
