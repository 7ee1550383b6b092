"""Tables held to their contracts."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd

from vigia.errors import FrameError
from vigia.frames.contracts import TABLES, Column, Table


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


def _zone(table: Table, frame: pd.DataFrame) -> str:
    for column in table.columns:
        dtype = frame[column.name].dtype if column.kind == "time" and column.name in frame else None
        if isinstance(dtype, pd.DatetimeTZDtype):
            return str(dtype.tz)
    return "UTC"


@cache
def _dtype(column: Column, zone: str) -> Any:
    types: dict[str, Any] = {
        "str": pd.StringDtype(na_value=float("nan")),
        "time": pd.DatetimeTZDtype("us", zone),
        "date": "datetime64[us]",
        "float": "float64",
        "int": "int64",
        "bool": "boolean" if column.null else "bool",
    }
    return pd.api.types.pandas_dtype(types[column.kind])


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
    typed, wanted = series, _dtype(column, zone)
    if series.dtype != wanted:
        if column.kind == "time" and series.isna().all():
            series = series.astype(object)
        try:
            typed = series.astype(wanted)
        except (TypeError, ValueError) as error:
            raise FrameError(f"{where}: expected {column.kind}, found {series.dtype} ({error})") from error
    if column.values:
        strange = sorted({value for value in typed.unique() if pd.notna(value)} - set(column.values))
        if strange:
            raise FrameError(f"{where}: {strange} not among {list(column.values)}")
    return typed
