"""Meter files in the forms that portals and systems export, written from readings that are known."""

import gzip
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

FACTORS = {"Wh": 1000.0, "kWh": 1.0, "MWh": 0.001}


@dataclass(frozen=True)
class WrittenForm:
    """How a file is written.

    Attributes:
        layout: `rows`, `days`, `clients` or `channels`.
        separator, decimal, thousands: marks.
        date: form of strftime of the date.
        hour: form of the time of day, or `number`, where `apart` is set; else the form of the time behind the date.
        apart: whether the hour stands in a column of its own.
        label: `start`, `end`, `last second`, or `24:00`: the end, with midnight as the end of its day.
        minutes: interval.
        unit: of energy; `kW` = mean power.
        before: lines before the table.
        container: ending of the file.
        register: whether readings of a register are written.
        with_client: whether a column names the client.
    """

    layout: str = "rows"
    separator: str = ","
    decimal: str = "."
    thousands: str = ""
    date: str = "%Y-%m-%d"
    hour: str = "%H:%M:%S"
    apart: bool = False
    label: str = "start"
    minutes: int = 60
    unit: str = "kWh"
    before: tuple[str, ...] = ()
    container: str = ".csv"
    register: bool = False
    with_client: bool = False
    encoding: str = "utf-8"
    clients: tuple[str, ...] = field(default=("norte",))


def known_hours(form: WrittenForm, zone: str, days: int, first: str, seed: int) -> pd.DataFrame:
    """Hourly energies of the clients, with three decimals: `client_id, timestamp, active_energy_kwh`."""
    end = pd.Timestamp(first, tz=zone) + pd.DateOffset(days=days)
    stamps = pd.date_range(pd.Timestamp(first, tz=zone), end, freq="h", inclusive="left").as_unit("us")
    rng = np.random.default_rng(seed)
    parts = []
    for client in form.clients:
        size = rng.uniform(60, 1500)
        energy = size * (1 + 0.4 * np.sin(np.arange(len(stamps)) / 24 * 2 * np.pi)) * rng.uniform(0.8, 1.2, len(stamps))
        parts.append(pd.DataFrame({"client_id": client, "timestamp": stamps, "active_energy_kwh": energy.round(3)}))
    return pd.concat(parts, ignore_index=True)


def write_form(folder: Path, hours: pd.DataFrame, form: WrittenForm) -> Path:
    """Write the hours; what is written is exact to a thousandth of the unit an interval."""
    lines = [*form.before, *_lines(_intervals(hours, form), form)]
    content = ("\n".join(lines) + "\n").encode(form.encoding)
    name = form.clients[0] if len(form.clients) == 1 else "todos"
    path = folder / f"{name}{form.container}"
    if form.container.endswith(".gz"):
        path.write_bytes(gzip.compress(content))
    elif form.container == ".zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(f"{name}.csv", content)
        path.write_bytes(packed.getvalue())
    else:
        path.write_bytes(content)
    return path


def _intervals(hours: pd.DataFrame, form: WrittenForm) -> pd.DataFrame:
    """Intervals with equal shares of their hour, in the unit, and their labels as text."""
    per_hour = 60 // form.minutes
    rows = hours.loc[hours.index.repeat(per_hour)].reset_index(drop=True)
    place = np.arange(len(rows)) % per_hour
    rows["timestamp"] += pd.to_timedelta(place * form.minutes, unit="min")
    energy = rows["active_energy_kwh"] / per_hour
    rows["value"] = energy * per_hour if form.unit == "kW" else energy * FACTORS[form.unit]
    if form.register:
        rows["value"] = rows.groupby("client_id")["value"].cumsum() - rows["value"] + 70_000
    begin = rows["timestamp"]
    local_day = begin.dt.strftime(form.date)
    if form.hour == "number":
        midnight = begin.dt.normalize()
        number = ((begin - midnight) / pd.Timedelta(minutes=form.minutes)).astype(int) + 1
        return rows.assign(day=local_day, clock=number.astype(str))
    moved = begin + pd.Timedelta(minutes=form.minutes)
    at = {"start": begin, "end": moved, "24:00": moved, "last second": moved - pd.Timedelta(seconds=1)}[form.label]
    clock, day = at.dt.strftime(form.hour), at.dt.strftime(form.date)
    if form.label == "24:00":
        midnight = at == at.dt.normalize()
        clock, day = clock.where(~midnight, "24" + clock.str[2:]), day.where(~midnight, local_day)
    return rows.assign(day=day, clock=clock)


def _number(value: float, form: WrittenForm) -> str:
    text = f"{value:,.4f}" if form.thousands else f"{value:.4f}"
    marks = {",": form.thousands or "", ".": form.decimal}
    written = "".join(marks.get(each, each) for each in text)
    return f'"{written}"' if form.separator in written else written


def _lines(rows: pd.DataFrame, form: WrittenForm) -> list[str]:
    rows = rows.assign(text=[_number(value, form) for value in rows["value"]])
    mark = form.separator
    if form.layout == "days":
        wide = rows.pivot(index=["client_id", "day"], columns="clock", values="text")
        order = list(dict.fromkeys(rows["clock"]))
        wide = wide[sorted(order, key=int) if form.hour == "number" else order].fillna("")
        head = [f"H{each}" if form.hour == "number" else each for each in wide.columns]
        body = [
            mark.join((client, day, *cells)) for (client, day), cells in zip(wide.index, wide.to_numpy(), strict=True)
        ]
        return [mark.join(("medidor", "fecha", *head)), *body]
    times = rows["day"] + mark + rows["clock"] if form.apart else rows["day"] + " " + rows["clock"]
    names = ["fecha", "hora"] if form.apart else ["fecha"]
    if form.layout == "clients":
        wide = rows.assign(times=times, place=rows.groupby("client_id").cumcount())
        first = wide[wide["client_id"] == form.clients[0]].set_index("place")["times"]
        table = wide.pivot(index="place", columns="client_id", values="text")[list(form.clients)]
        body = [mark.join((when, *cells)) for when, cells in zip(first, table.to_numpy(), strict=True)]
        return [mark.join((*names, *form.clients)), *body]
    unit = f"Energia activa {form.unit}" if form.unit != "kW" else "Potencia activa kW"
    with_client = form.with_client or len(form.clients) > 1
    prefix = rows["client_id"] + mark if with_client else pd.Series("", index=rows.index)
    names = ["medidor", *names] if with_client else names
    if form.layout == "channels":
        active = prefix + times + mark + f"{form.unit} import" + mark + rows["text"]
        voltage = prefix + times + mark + "V" + mark + _number(230.5, form)
        body = np.column_stack([active, voltage]).ravel().tolist()
        return [mark.join((*names, "canal", "valor")), *body]
    return [mark.join((*names, unit)), *(prefix + times + mark + rows["text"])]
