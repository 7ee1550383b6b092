"""From meter files to hourly readings: files (`files`), rows (`rows`), hours (`hours`), the whole folder (`folder`)."""

from vigia.ingest.folder import Ingested, ingest_folder

__all__ = ["Ingested", "ingest_folder"]
