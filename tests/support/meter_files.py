"""Meter files as a distributor's system writes them, and what ingesting a folder of them gives."""

from pathlib import Path

import pandas as pd

from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import IngestParams
from vigia.ingest import Ingested, ingest_folder

FLEET = FleetParams(name="test")
HEADER = "Fecha,Active_energy,Reactive_energy,Voltaje_FA,Voltaje_FC"


def lines(hours: int = 24 * 100, start: str = "2023-01-01", step: str = "h") -> list[str]:
    stamps = pd.date_range(start, periods=hours, freq=step)
    return [f"{when:%Y-%m-%d %H:%M:%S},{1 + index % 24},0.5,220,221" for index, when in enumerate(stamps)]


def write(folder: Path, body: list[str], name: str = "DATOSCLIENTE7.csv", header: str = HEADER) -> None:
    (folder / name).write_text("\n".join([header, *body]) + "\n", encoding="utf-8")


def ingest(folder: Path, **params: object) -> Ingested:
    return ingest_folder(folder, IngestParams.model_validate(params), FLEET)


def codes(result: Ingested) -> set[str]:
    return set(result.issues["code"])


def balanced(result: Ingested) -> bool:
    return all(
        row["read"] == row["accepted"] + row["rejected"] + row["duplicates"]
        for row in result.summary
        if "error" not in row
    )
