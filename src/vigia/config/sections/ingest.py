"""Parameters of `ingest`: how meter files are to be read."""

import codecs
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from vigia.config.base import Section, Zone

ISO = "ISO8601"


def _known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise ValueError("no such encoding; usual ones are utf-8-sig, latin-1, cp1252, utf-16") from error
    return name


def _readable_format(form: str) -> str:
    try:
        if form != ISO:
            datetime.strptime(datetime(2024, 1, 31).strftime(form), form)
    except ValueError as error:
        raise ValueError(f"neither {ISO} nor a format of strptime such as %d/%m/%Y %H:%M ({error})") from error
    return form


class ColumnNames(Section):
    """Columns of a meter file; only time and active energy must be there."""

    timestamp: str = "Fecha"
    active: str = "Active_energy"
    reactive: str | None = "Reactive_energy"
    voltage_fa: str | None = "Voltaje_FA"
    voltage_fc: str | None = "Voltaje_FC"
    client: str | None = None
    """Column with the client in a file of many clients; without it a file is one client."""


class IngestParams(Section):
    """How meter files become hourly readings."""

    columns: ColumnNames = ColumnNames()
    separator: str = Field(",", min_length=1, max_length=1)
    """Between columns, one character."""
    decimal: Literal[".", ","] = "."
    """Decimal mark."""
    encoding: Annotated[str, AfterValidator(_known_encoding)] = "utf-8-sig"
    """Of the files; `utf-8-sig` reads UTF-8 with and without a byte-order mark."""
    date_format: Annotated[str, AfterValidator(_readable_format)] = ISO
    """`ISO8601`, or a format of strptime such as `%d/%m/%Y %H:%M`."""
    timezone: Zone | None = None
    """Zone of times without an offset; the fleet's, if absent."""
    hour_label: Literal["start", "end"] = "start"
    """Which end of its interval a time names."""
    unit: Literal["Wh", "kWh", "MWh", "kW"] = "kWh"
    """Of active energy; reactive energy has the same with `var`. `kW` = mean power over the interval."""
    scale: float = Field(1.0, gt=0)
    """Factor of energies, such as a transformer ratio that the meter does not apply."""
    sectors_file: str = "sector_economico_clientes.xlsx"
    """Workbook or CSV with client and sector in its first two columns."""
    export_allowed: tuple[str, ...] = ()
    """Clients that may feed energy into the grid, so that negative energy is no fault."""
    tariff: str | None = None
    """Name of the tariff of all clients."""
    nominal_voltage_v: float | None = Field(None, gt=0)
    """Contract voltage of all clients, where it is known."""
    short_history_days: int = Field(84, ge=1)
    """A shorter history is reported."""
    gap_hours: int = Field(48, ge=1)
    """A longer hole in a series is reported."""
