"""The clients' attributes: names, sectors, what they may do."""

import zipfile
import zlib
from pathlib import Path
from xml.etree.ElementTree import ParseError

import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError

NOT_A_TABLE = (
    ValueError,
    OSError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl and pandas raise on damaged, truncated and encrypted workbooks."""


def read_sectors(folder: Path, params: IngestParams) -> dict[str, str]:
    """Sector by client, from the first two columns of the sector table; empty where there is none.

    Clients are written as `7`, `Cliente 7` or by name; stray spaces are dropped.

    Raises:
        IngestError: the table cannot be read or has less than two columns.
    """
    path = folder / params.sectors_file
    if not path.is_file():
        return {}
    try:
        is_text = path.suffix.lower() == ".csv"
        table = pd.read_csv(path, dtype=str) if is_text else pd.read_excel(path, dtype=str, engine="openpyxl")
    except NOT_A_TABLE as error:
        raise IngestError(
            f"{path.name}: no readable table ({error}); sectors stay unknown until it is mended"
        ) from error
    if table.shape[1] < 2:
        raise IngestError(f"{path.name}: needs two columns, client and sector; it has {list(table.columns)}")
    client = table.iloc[:, 0].astype("str").str.strip().str.replace(r"(?i)^cliente\s*(\d+)$", r"\1", regex=True)
    sector = table.iloc[:, 1].astype("str").str.strip()
    known = client.notna() & sector.notna() & (client != "") & (sector != "")
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
