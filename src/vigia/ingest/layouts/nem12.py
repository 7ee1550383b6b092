"""NEM12, the form of interval readings in the Australian market (AEMO, Meter Data File Format, NEM12 and NEM13)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.layouts.long import mapped
from vigia.ingest.table import MeterFile

TO_KILO = {"wh": 0.001, "kwh": 1.0, "mwh": 1000.0, "varh": 0.001, "kvarh": 1.0, "mvarh": 1000.0}
CHANNELS = {"E": "active", "Q": "reactive"}
"""First letter of a register's suffix: energy and reactive energy taken from the grid; B and K are given to it."""
COLUMNS = ("nmi", "date", "start", "active", "reactive")


@dataclass(frozen=True)
class _Register:
    """What a record 200 says of the days that follow it."""

    client: str
    suffix: str
    channel: str | None
    factor: float
    minutes: int

    @property
    def periods(self) -> int:
        """Intervals a day."""
        return 1440 // self.minutes

    def start_of(self, period: int) -> str:
        """When the interval begins that is counted so, from 1 on."""
        hour, minute = divmod((period - 1) * self.minutes, 60)
        return f"{hour:02d}:{minute:02d}"


def is_nem12(lines: Sequence[str]) -> bool:
    """Whether the first line is the header of this form."""
    return bool(lines) and lines[0].replace('"', "").upper().startswith("100,NEM12")


def nem12(name: str, lines: Sequence[str], params: IngestParams) -> tuple[MeterFile, IngestParams]:
    """A row an interval; the form says itself what its columns and units are.

    Its days are of the market's standard time without daylight saving, which `timezone` must say.

    Raises:
        IngestError: no register of energy that is taken from the grid.
    """
    register: _Register | None = None
    rows: list[tuple[str, str, str, str, str, float]] = []
    places: list[tuple[int, str]] = []
    broken: list[tuple[int, str, str]] = []
    for number, line in enumerate(lines, start=1):
        kind, *cells = [cell.strip() for cell in line.split(",")]
        if kind == "200":
            register = _register(cells)
            if register is None:
                broken.append((number, line, "record 200 of an unknown unit or interval"))
        elif kind == "300" and register is not None and register.channel is not None:
            if len(cells) <= register.periods:
                broken.append((number, line, f"record 300 has less than {register.periods} values"))
                continue
            for period, cell in enumerate(cells[1 : register.periods + 1], start=1):
                try:
                    value = float(cell) * register.factor
                except ValueError:
                    broken.append((number, line, f"interval {period} is no number"))
                    continue
                rows.append(
                    (register.client, cells[0], register.start_of(period), register.channel, register.suffix, value)
                )
                places.append((number, line))
    if not rows:
        raise IngestError(f"{name}: NEM12 without intervals of energy that is taken from the grid (E, Q)")
    return _file(name, rows, places, broken), mapped(
        params,
        {"timestamp": "date", "hour": "start", "client": "nmi", "active": "active", "reactive": "reactive"},
        date_format="%Y%m%d",
        hour_format="%H:%M",
        hour_label="start",
        unit="kWh",
        decimal=".",
        thousands="",
    )


def _register(cells: Sequence[str]) -> _Register | None:
    if len(cells) < 8 or cells[6].lower() not in TO_KILO or not cells[7].isdigit() or 1440 % max(int(cells[7]), 1):
        return None
    channel = CHANNELS.get(cells[3][:1].upper())
    return _Register(cells[0], cells[3], channel, TO_KILO[cells[6].lower()], int(cells[7]))


def _file(
    name: str,
    rows: Sequence[tuple[str, str, str, str, str, float]],
    places: Sequence[tuple[int, str]],
    broken: Sequence[tuple[int, str, str]],
) -> MeterFile:
    """Channels beside each other; several registers of a channel at one meter add up to it.

    Of an interval that a register has twice the later one stands, and the earlier one is among the broken lines.
    """
    long = pd.DataFrame(rows, columns=["nmi", "date", "start", "channel", "suffix", "value"])
    long["line"], long["raw"] = [number for number, _ in places], [line for _, line in places]
    former = long.duplicated(["nmi", "date", "start", "suffix"], keep="last")
    again = long[former].assign(reason="the register has this interval again further down")
    long = long[~former]
    key = ["nmi", "date", "start"]
    group = long.groupby(key, sort=False)
    cells = group[["line", "raw"]].first()
    for channel in ("active", "reactive"):
        own = long[long["channel"] == channel].groupby(key, sort=False)["value"].sum()
        cells[channel] = own.reindex(cells.index).map(lambda value: "" if pd.isna(value) else repr(float(value)))
    cells = cells.reset_index()
    bad = pd.concat([pd.DataFrame(broken, columns=["line", "raw", "reason"]), again[["line", "raw", "reason"]]])
    return MeterFile(name, cells[list(COLUMNS)].astype("str"), cells["line"], cells["raw"].astype("str"), bad)
