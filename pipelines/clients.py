"""Clients as `ingest` left them: the tables of the fleet are read once and dealt out, each client gets its own rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines import common
from vigia import frames


@dataclass(frozen=True)
class Client:
    """A client that has readings.

    Attributes:
        attributes: its row of table `clients`.
        site_log: its rows of table `site_log`.
        verdicts: its rows of table `verdicts`.
    """

    client_id: str
    attributes: Mapping[str, Any]
    site_log: pd.DataFrame
    verdicts: pd.DataFrame

    def readings(self) -> pd.DataFrame:
        """Its rows of table `readings`."""
        return frames.read_client(common.READINGS, "readings", self.client_id)


def read_clients() -> list[Client]:
    """All clients with readings, in their order."""
    ids, table = common.clients(), common.client_table()
    written = {name: frames.read(common.INGEST / f"{name}.parquet", name) for name in ("site_log", "verdicts")}
    return [
        Client(
            client,
            common.attributes(client, table),
            **{name: frame[frame["client_id"] == client].reset_index(drop=True) for name, frame in written.items()},
        )
        for client in ids
    ]
