"""From meter files to hourly readings: `files`, their `rows`, each client's `series`, the whole `folder`."""

from vigia.ingest.collected import Ingested
from vigia.ingest.folder import ingest_folder

__all__ = ["Ingested", "ingest_folder"]
