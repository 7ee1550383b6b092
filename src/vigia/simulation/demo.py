"""The demo fleet as files, in the form in which the public repository publishes its readings."""

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from vigia import frames
from vigia.config.sections.fetch import DemoParams
from vigia.simulation.fleet import DemoFleet, generate

__all__ = ["DemoFleet", "generate", "write_demo"]

HEADER = ("Fecha", "Active_energy", "Reactive_energy", "Voltaje_FA", "Voltaje_FC")
SECTOR_FILE = "sector_economico_clientes.xlsx"
_COLUMNS = ("active_energy_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_demo(folder: Path, params: DemoParams, timezone: str) -> None:
    """Write the demo fleet to `folder`; the same parameters give the same bytes.

    `DATOSCLIENTE<n>.csv` (local start of the hour, no offset), `sector_economico_clientes.xlsx`,
    `site_log.csv`, and the truth, `truth/labels.parquet`.
    """
    fleet = generate(params, timezone)
    folder.mkdir(parents=True, exist_ok=True)
    for client_id, rows in fleet.readings.groupby("client_id", sort=False):
        _write_readings(rows, folder / f"DATOSCLIENTE{client_id}.csv")
    (folder / SECTOR_FILE).write_bytes(_sector_workbook(fleet))
    _write_site_log(fleet.site_log, folder / "site_log.csv")
    frames.write(fleet.labels, folder / "truth" / "labels.parquet")


def _write_readings(rows: pd.DataFrame, path: Path) -> None:
    local = rows["timestamp"].dt.tz_localize(None).to_numpy()
    times = np.char.replace(np.datetime_as_string(local, unit="s"), "T", " ")
    values = [rows[column].to_numpy() for column in _COLUMNS]
    table = pa.table(dict(zip(HEADER, [times, *values], strict=True)))
    with path.open("wb") as file:
        file.write((",".join(HEADER) + "\n").encode())
        pyarrow.csv.write_csv(table, file, pyarrow.csv.WriteOptions(include_header=False, quoting_style="none"))


def _write_site_log(log: pd.DataFrame, path: Path) -> None:
    local = log.assign(**{name: log[name].dt.strftime("%Y-%m-%d %H:%M") for name in ("from", "to")})
    local.to_csv(path, index=False, lineterminator="\n")


def _sector_workbook(fleet: DemoFleet) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Cliente:", "Sector Económico:"])
    for name, sector in zip(fleet.clients["name"], fleet.clients["sector"], strict=True):
        book.active.append([name, sector])
    raw = io.BytesIO()
    book.save(raw)
    return _without_time_of_day(raw.getvalue())


def _without_time_of_day(workbook: bytes) -> bytes:
    """The same workbook with fixed times in its archive and its properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
