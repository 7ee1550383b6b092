"""The tables that travel between stages: their columns, types and checks.

Every table is a long pandas frame. Times are timezone-aware (the fleet's zone), microsecond precision,
and mean the *start* of the interval; an interval `[start, end)` leaves `end` out. Units are in the names.
A table is checked once, where it enters the library or leaves a stage (`check`); inside it is trusted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vigia.errors import FrameError
from vigia.vocabulary import BY_NAME, events, people

Kind = Literal["str", "time", "float", "int", "bool", "date"]

CHANNELS = tuple(events.CHANNELS)
CHANNEL_COLUMNS = {
    "active": "active_energy_kwh",
    "reactive": "reactive_energy_kvarh",
    "voltage_fa": "voltage_fa_v",
    "voltage_fc": "voltage_fc_v",
}
MODES = tuple(events.MODES)
SEVERITIES = tuple(events.SEVERITIES)
STAKES = tuple(events.STAKES)
VERDICTS = tuple(people.VERDICTS)
EVENT_KINDS = {
    class_: tuple(kind.name for kind in BY_NAME.values() if kind.class_ == class_)
    for class_ in dict.fromkeys(kind.class_ for kind in BY_NAME.values())
}
"""Kinds of events by class."""


@dataclass(frozen=True)
class Column:
    """One column of a table: its type, whether it may be null, and whether it may be absent."""

    name: str
    kind: Kind
    null: bool = False
    absent: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table's name, columns in order, and the columns that identify a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]


def _columns(text: str) -> tuple[Column, ...]:
    """Read `name:kind` words; `?` after the kind = may be null, `??` = may also be absent."""
    found = []
    for word in text.split():
        name, kind = word.split(":")
        values: tuple[str, ...] = ()
        if "(" in kind:
            kind, listed = kind.rstrip(")").split("(")
            values = tuple(listed.split("|"))
        found.append(
            Column(name, kind.rstrip("?"), kind.endswith("?"), kind.endswith("??"), values)  # type: ignore[arg-type] # the literal is fixed below
        )
    return tuple(found)


def _table(name: str, text: str, key: str = "") -> Table:
    return Table(name, _columns(text), tuple(key.split()))


_CHANNEL_VALUES = "active_energy_kwh:float? reactive_energy_kvarh:float?? voltage_fa_v:float?? voltage_fc_v:float??"

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table("readings", f"client_id:str timestamp:time {_CHANNEL_VALUES}", "client_id timestamp"),
        _table(
            "native",
            f"client_id:str timestamp:time {_CHANNEL_VALUES} interval_minutes:int",
            "client_id timestamp",
        ),
        _table(
            "clients",
            "client_id:str name:str sector:str?? export_allowed:bool?? tariff:str?? nominal_voltage_v:float??",
            "client_id",
        ),
        _table("quarantine", "source_file:str line:int raw:str reason:str"),
        _table(
            "issues",
            "client_id:str code:str severity:str(blocks|warns) start:time? end:time? message:str",
        ),
        _table(
            "mask",
            "client_id:str channel:str(active|reactive|voltage_fa|voltage_fc) start:time end:time "
            "known_at:time mode:str(past_only|two_sided|two_sided_before_test)",
        ),
        _table(
            "candidates",
            "client_id:str family:str status:str(fitted|fallback|failed) validation_wape_day:float? "
            "default_wape_day:float? validation_wape_by_block:str validation_days:int trials:int parameters:str "
            "message:str?",
            "client_id family",
        ),
        _table(
            "chosen",
            "client_id:str family:str reason_es:str reason_en:str validation_wape_day:float?",
            "client_id",
        ),
        _table(
            "forecasts",
            "client_id:str timestamp:time issued_at:time forecast_kwh:float? model:str",
            "client_id timestamp issued_at model",
        ),
        _table(
            "expected",
            "client_id:str timestamp:time issued_at:time?? mode:str(past_only|two_sided) expected_kwh:float? "
            "model:str quality:str(ok|warming_up|provisional|missing_history)",
            "client_id timestamp mode",
        ),
        _table(
            "thresholds",
            "client_id:str valid_from:time basis:str(as_measured|normal) mode:str(past_only|two_sided) "
            "resolution:str(hour|day) horizon_day:int hour_group:str level:float lower_offset:float? "
            "upper_offset:float? scale:float n:int pooled:bool",
        ),
        _table(
            "bands",
            "client_id:str timestamp:time mode:str(past_only|two_sided) resolution:str(hour|day) level:float "
            "lower_kwh:float? upper_kwh:float?",
        ),
        _table(
            "scores",
            "client_id:str timestamp:time channel:str(active|reactive|voltage_fa|voltage_fc) "
            "mode:str(past_only|two_sided) score:float?",
        ),
        _table(
            "events",
            f"event_id:str client_id:str group_id:str? class:str({'|'.join(events.CLASSES)}) "
            f"kind:str({'|'.join(BY_NAME)}) cause:str? stake:str({'|'.join(STAKES)}) channels:str start:time end:time? "
            f"first_alert_at:time? mode:str({'|'.join(MODES)}) severity:str({'|'.join(SEVERITIES)}) "
            "score:float expected_kwh:float? actual_kwh:float? energy_at_stake_kwh:float? energy_low_kwh:float? "
            "energy_high_kwh:float? money_at_stake:float? currency:str? reason_es:str reason_en:str "
            "witnesses:str?",
            "event_id",
        ),
        _table(
            "event_channels",
            "event_id:str channel:str(active|reactive|voltage_fa|voltage_fc) start:time end:time? "
            "expected:float? actual:float?",
            "event_id channel",
        ),
        _table(
            "labels",
            "client_id:str channel:str(active|reactive|voltage_fa|voltage_fc) start:time end:time "
            "injection_id:str kind:str expected_kinds:str expected_causes:str? severity:float? benign:bool",
        ),
        _table("site_log", "client_id:str from:time to:time? what:str"),
        _table(
            "verdicts",
            f"client_id:str kind:str({'|'.join(BY_NAME)}) start:time "
            f"verdict:str({'|'.join(VERDICTS)}) recorded_at:time note:str??",
        ),
    )
}


def empty(name: str, zone: str) -> pd.DataFrame:
    """An empty table of the contract `name`, with its types, in timezone `zone`."""
    table = TABLES[name]
    return pd.DataFrame({column.name: pd.Series(dtype=_dtype(column, zone)) for column in table.columns})


def check(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with the contract's columns in order and its types, or say what is wrong.

    Absent optional columns are added as null, so that readers need not ask. Unknown columns are refused.

    Raises:
        FrameError: naming the table, the column, and what was found.
    """
    table = TABLES[name]
    unknown = [column for column in frame.columns if column not in table.names]
    if unknown:
        raise FrameError(f"{name}: unknown columns {unknown}; the contract has {table.names}")
    missing = [c.name for c in table.columns if c.name not in frame.columns and not c.absent]
    if missing:
        raise FrameError(f"{name}: missing columns {missing}; there are {list(frame.columns)}")
    zone = _zone(table, frame)
    out = {}
    for column in table.columns:
        series = frame.get(column.name, pd.Series(index=frame.index, dtype=object))
        out[column.name] = _checked(table, column, series, zone)
    checked = pd.DataFrame(out, index=frame.index)
    if table.key and checked.duplicated(list(table.key)).any():
        row = checked.loc[checked.duplicated(list(table.key)), list(table.key)].iloc[0].to_dict()
        raise FrameError(f"{name}: more than one row for {row}")
    return checked


def concat(name: str, parts: Iterable[pd.DataFrame], zone: str) -> pd.DataFrame:
    """Stack tables of one contract; empty ones do not disturb the types."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else empty(name, zone)


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a table to one parquet file; the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    partial = path.with_suffix(path.suffix + ".partial")
    pq.write_table(table, partial, compression="zstd")
    partial.replace(path)


def read(path: Path, name: str) -> pd.DataFrame:
    """Read one parquet file and check it against the contract `name`."""
    if not path.is_file():
        raise FrameError(f"{name}: no file {path}")
    return check(name, pq.ParquetFile(path).read().to_pandas())


def client_file(folder: Path, client_id: str) -> Path:
    """Where a table partitioned by client keeps the rows of one client."""
    return folder / f"client_id={quote(client_id, safe='')}" / "part.parquet"


def write_client(frame: pd.DataFrame, folder: Path, client_id: str) -> None:
    """Write one client's part of a partitioned table; `client_id` stays a column of the file."""
    write(frame, client_file(folder, client_id))


def write_by_client(frame: pd.DataFrame, folder: Path) -> None:
    """Write a table as one file a client under `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for client_id, part in frame.groupby("client_id", sort=True):
        write_client(part.reset_index(drop=True), folder, str(client_id))


def read_client(folder: Path, name: str, client_id: str) -> pd.DataFrame:
    """Read one client's part of a partitioned table."""
    return read(client_file(folder, client_id), name)


def clients_in(folder: Path) -> list[str]:
    """The clients of a partitioned table, sorted (numbers as numbers)."""
    found = [unquote(path.parent.name.split("=", 1)[1]) for path in folder.glob("client_id=*/part.parquet")]
    return sorted(found, key=client_order)


def client_order(client_id: str) -> tuple[int, int, str]:
    """Sort key: numeric identifiers by value, before all others by text."""
    return (0, int(client_id), "") if client_id.isdecimal() else (1, 0, client_id)


def read_all(folder: Path, name: str) -> pd.DataFrame:
    """Read all clients of a partitioned table, in client order; at least one client must be there."""
    clients = clients_in(folder)
    if not clients:
        raise FrameError(f"{name}: no client under {folder}")
    return pd.concat([read_client(folder, name, client) for client in clients], ignore_index=True)


def _zone(table: Table, frame: pd.DataFrame) -> str:
    for column in table.columns:
        dtype = frame[column.name].dtype if column.kind == "time" and column.name in frame else None
        if isinstance(dtype, pd.DatetimeTZDtype):
            return str(dtype.tz)
    return "UTC"


def _dtype(column: Column, zone: str) -> Any:
    types: dict[str, Any] = {
        "str": pd.StringDtype(na_value=float("nan")),
        "time": pd.DatetimeTZDtype("us", zone),
        "date": "datetime64[us]",
        "float": "float64",
        "int": "int64",
        "bool": "boolean" if column.null else "bool",
    }
    return types[column.kind]


def _checked(table: Table, column: Column, series: Any, zone: str) -> Any:
    where = f"{table.name}.{column.name}"
    if (
        column.kind == "time"
        and len(series)
        and series.notna().any()
        and not isinstance(series.dtype, pd.DatetimeTZDtype)
    ):
        raise FrameError(f"{where}: times need a timezone, found {series.dtype}")
    if not column.null and series.isna().any():
        raise FrameError(f"{where}: {int(series.isna().sum())} null values, none are allowed")
    if column.kind == "time" and series.isna().all():
        series = series.astype(object)
    try:
        typed = series.astype(_dtype(column, zone))
    except (TypeError, ValueError) as error:
        raise FrameError(f"{where}: expected {column.kind}, found {series.dtype} ({error})") from error
    if column.values:
        strange = sorted(set(typed.dropna().unique()) - set(column.values))
        if strange:
            raise FrameError(f"{where}: {strange} not among {list(column.values)}")
    return typed
