"""Parameters of `ingest`: how meter files are to be read."""

import codecs
import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from vigia.config.base import Section, Zone

ISO = "ISO8601"
EXCEL_DAYS = "excel_days"
EPOCH_SECONDS = "epoch_seconds"
EPOCH_MILLISECONDS = "epoch_milliseconds"
COUNTED = (EXCEL_DAYS, EPOCH_SECONDS, EPOCH_MILLISECONDS)
"""Times that are numbers: days since the last day of 1899 in the local zone, and time since 1970 in UTC."""
HOUR_NUMBER = "number"
Channel = Literal["active", "reactive", "voltage_fa", "voltage_fc"]


def _known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise ValueError("no such encoding; usual ones are utf-8-sig, latin-1, cp1252, utf-16") from error
    return name


def _readable_format(form: str) -> str:
    try:
        if form not in (ISO, *COUNTED):
            datetime.strptime(datetime(2024, 1, 31).strftime(form), form)
    except ValueError as error:
        words = f"neither {ISO} nor a format of strptime such as %d/%m/%Y %H:%M"
        raise ValueError(f"{words} nor one of {', '.join(COUNTED)} ({error})") from error
    return form


def _pattern_of_client(pattern: str) -> str:
    try:
        names = re.compile(pattern).groupindex
    except re.error as error:
        raise ValueError(f"no regular expression ({error})") from error
    if "client" not in names:
        raise ValueError("needs a group `(?P<client>...)`")
    return pattern


class ColumnNames(Section):
    """Columns of a meter file; which of them must be there depends on `layout`.

    A file without a header has the columns `1`, `2`, ...
    """

    timestamp: str = "Fecha"
    """The time, or the date where `hour` stands apart or a line is a day."""
    hour: str | None = None
    """Time of day, or number of the hour, where it stands apart from the date."""
    active: str = "Active_energy"
    reactive: str | None = "Reactive_energy"
    voltage_fa: str | None = "Voltaje_FA"
    voltage_fc: str | None = "Voltaje_FC"
    client: str | None = None
    """Column with the client in a file of many clients; without it a file is one client."""
    quality: str | None = None
    """Column that says whether a reading is measured or estimated, where the same hour stands there twice."""
    channel: str | None = None
    """Layouts `channels` and `days`: the column that names what a line measures."""
    value: str | None = None
    """Layout `channels`: the column with the numbers."""


class IngestParams(Section):
    """How meter files become hourly readings."""

    columns: ColumnNames = ColumnNames()
    separator: str = Field(",", min_length=1, max_length=1)
    """Between columns, one character."""
    layout: Literal["rows", "days", "clients", "channels"] = "rows"
    """What a line is: `rows` = one interval of one client; `days` = a day, a column an interval; `clients` = one
    interval, a column a client, all in `unit`; `channels` = one channel of one interval."""
    header: bool = True
    """Whether the first line, or the first one that has the columns of the mapping, names the columns."""
    decimal: Literal[".", ","] = "."
    """Decimal mark."""
    thousands: Literal["", ".", ",", " ", "'"] = ""
    """Mark between thousands, if there is one."""
    encoding: Annotated[str, AfterValidator(_known_encoding)] = "utf-8-sig"
    """Of the files; `utf-8-sig` reads UTF-8 with and without a byte-order mark."""
    date_format: Annotated[str, AfterValidator(_readable_format)] = ISO
    """`ISO8601`, a format of strptime such as `%d/%m/%Y %H:%M`, or a number: `excel_days`, `epoch_seconds`,
    `epoch_milliseconds`. 24:00 is the midnight that follows, and a date alone the one that begins it."""
    hour_format: str = HOUR_NUMBER
    """Of the column `hour`: `number` = counted from 1 (25 on the day that has as many), or a format such as %H:%M."""
    numbered_minutes: Literal[5, 10, 15, 20, 30, 60] | None = None
    """Of an interval that is counted; without it, what fits where whole days are counted: up to about 24, 48 or 96."""
    timezone: Zone | None = None
    """Zone of times without an offset; the fleet's, if absent."""
    hour_label: Literal["start", "end"] = "start"
    """Which end of its interval a time names."""
    unit: Literal["Wh", "kWh", "MWh", "W", "kW", "MW"] = "kWh"
    """Of active energy; reactive energy has the same with `var`. `W`, `kW`, `MW` = mean power over the interval."""
    scale: float = Field(1.0, gt=0)
    """Factor of energies, such as a transformer ratio that the meter does not apply."""
    channels: dict[str, Channel] = Field(default_factory=dict)
    """Of the column `channel`: what each name stands for; other names are left out, which is said."""
    register_readings: bool = False
    """Whether energies are readings of a register, which only rises, and not energies of an interval."""
    quality_order: tuple[str, ...] = ()
    """Values of the column `quality`, the best one first: it stands where an hour is there several times."""
    later_file_wins: bool = False
    """Whether a later file (by name) corrects an earlier one where both speak of the same hour."""
    client_pattern: Annotated[str, AfterValidator(_pattern_of_client)] | None = None
    """Regular expression with a group `client` for the names of files without their ending, where the client is a part
    of it, as in `(?P<client>.+)_\\d{4}-\\d{2}`."""
    refused_share: float = Field(0.5, gt=0, le=1)
    """A client of whose rows more than this share could not be taken is refused and not judged."""
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

    def __hash__(self) -> int:
        """By content: parameters are keys of caches, and a mapping has no hash of its own."""
        return hash(self.model_dump_json())
