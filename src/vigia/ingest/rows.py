"""From text to typed rows; what cannot be read is rejected with its reason and line."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia.config.sections.ingest import ISO, ColumnNames, IngestParams
from vigia.errors import IngestError
from vigia.frames import CHANNEL_COLUMNS
from vigia.ingest.files import MeterFile

FACTORS = {"Wh": 0.001, "kWh": 1.0, "MWh": 1000.0, "kW": 1.0}
ENERGIES = ("active_energy_kwh", "reactive_energy_kvarh")
VALUES = list(CHANNEL_COLUMNS.values())
ISO_OFFSET = r"[T ]\S*(?:Z|[+-]\d\d(?::?\d\d)?)$"
MARK_OF_OFFSET = re.compile(r"[T ][^\sZ+-]*[Z+-]")
"""Stands in every time that matches `ISO_OFFSET`, and is looked for in all of a file at once."""
YEARS = (1990, 2100)
SHARED_TIMES = 0.4


@dataclass(frozen=True)
class Rows:
    """The rows of one file.

    Attributes:
        accepted: `client_id, timestamp, <channels>, line, raw`, sorted by client and time; fleet's zone.
        rejected: `line, raw, reason`.
        duplicates: number of identical rows left out.
        read: number of data lines; always accepted + rejected + duplicates.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame
    duplicates: int
    read: int


def parse(file: MeterFile, params: IngestParams, client_id: str, zone: str) -> Rows:
    """Type the rows of a file, drop identical repetitions and reject rows that contradict each other.

    Energies are still those of the file's interval, in kWh (kW where the unit is power).

    Raises:
        IngestError: the file holds several clients and the mapping does not say in which column.
    """
    hidden = None if params.columns.client else client_column(file.cells, params.columns)
    if hidden is not None:
        raise IngestError(
            f"{file.name}: column {hidden!r} tells rows of the same time apart, as in a file of many clients; "
            f"set `client: {hidden}` under `ingest.columns` in params.yaml"
        )
    frame, reasons = _typed(file, params, client_id, zone)
    bad = reasons != ""
    key = ["client_id", "timestamp"]
    good = frame[~bad]
    repeated = in_clash = good.duplicated(key)
    if repeated.any():
        repeated = good.duplicated([*key, *VALUES])
        conflicting = good[~repeated].duplicated(key, keep=False)
        clash = good[~repeated][conflicting][key].drop_duplicates()
        at_clash = pd.MultiIndex.from_frame(good[key]).isin(pd.MultiIndex.from_frame(clash)) if len(clash) else False
        in_clash = pd.Series(at_clash, index=good.index)
    reasons.loc[good.index[in_clash]] = "several rows with different values for this hour"
    duplicates = good[repeated & ~in_clash]
    rejected = pd.DataFrame({"line": file.lines, "raw": file.raw, "reason": reasons})[reasons != ""]
    rejected = pd.concat([file.broken, rejected]).sort_values("line", ignore_index=True)
    accepted = good[~repeated & ~in_clash].sort_values(key, ignore_index=True)
    return Rows(accepted, rejected, len(duplicates), file.read)


def client_column(cells: pd.DataFrame, columns: ColumnNames) -> str | None:
    """The column outside the mapping that tells rows of the same time apart, where many rows share their time."""
    times = cells[columns.timestamp]
    if not times.duplicated().mean() > SHARED_TIMES:
        return None
    few = SHARED_TIMES / 4
    for name in cells.columns.difference(list(filter(None, columns.model_dump().values())), sort=False):
        together = pd.concat([times, cells[name]], axis=1).duplicated().mean()
        if 1 < cells[name].nunique() <= len(cells) / 2 and together <= few:
            return str(name)
    return None


def _typed(file: MeterFile, params: IngestParams, client_id: str, zone: str) -> tuple[pd.DataFrame, pd.Series]:
    cells, columns = file.cells, params.columns
    reasons = pd.Series("", index=cells.index, dtype="str")
    stamps, time_reason = _times(cells[columns.timestamp].str.strip(), params, zone)
    reasons = reasons.where(time_reason == "", time_reason)
    out: dict[str, pd.Series] = {}
    out["client_id"] = cells[columns.client].str.strip() if columns.client else pd.Series(client_id, index=cells.index)
    reasons = reasons.mask((out["client_id"] == "") & (reasons == ""), "no client")
    out["timestamp"] = stamps
    factor = FACTORS[params.unit] * params.scale
    for channel, target in CHANNEL_COLUMNS.items():
        source = getattr(columns, channel)
        if source is None or source not in cells:
            out[target] = pd.Series(np.nan, index=cells.index)
            continue
        values, value_reason = _numbers(cells[source].str.strip(), source, params.decimal)
        reasons = reasons.where((reasons != "") | (value_reason == ""), value_reason)
        out[target] = values * factor if target in ENERGIES else values
    reasons = reasons.mask(out["active_energy_kwh"].isna() & (reasons == ""), "no active energy")
    frame = pd.DataFrame(out)
    frame["line"], frame["raw"] = file.lines, file.raw
    return frame, reasons


def _times(text: pd.Series, params: IngestParams, zone: str) -> tuple[pd.Series, pd.Series]:
    local = params.timezone or zone
    if params.date_format == ISO:
        any_offset = MARK_OF_OFFSET.search("\n".join(text.tolist())) is not None
        with_offset = text.str.contains(ISO_OFFSET, regex=True).astype(bool) if any_offset else text.isna()
    else:
        with_offset = pd.Series("%z" in params.date_format, index=text.index)
    aware = pd.to_datetime(text[with_offset], format=params.date_format, errors="coerce", utc=True)
    naive = pd.to_datetime(text[~with_offset], format=params.date_format, errors="coerce").astype("datetime64[us]")
    placed = naive.dt.tz_localize(local, ambiguous="NaT", nonexistent="NaT")
    kind = pd.DatetimeTZDtype("us", zone)
    stamps = pd.concat([aware.astype(kind), placed.astype(kind)]).sort_index()
    known = pd.concat([aware.notna(), naive.notna()]).sort_index()
    reason = pd.Series("", index=text.index, dtype="str").mask(~known, f"time not of the form {params.date_format}")
    reason = reason.mask(known & stamps.isna(), f"time does not exist, or twice, in {local}")
    return stamps, reason.mask(~stamps.dt.year.between(*YEARS) & stamps.notna(), f"year outside {YEARS[0]}-{YEARS[1]}")


def _numbers(text: pd.Series, column: str, decimal: str) -> tuple[pd.Series, pd.Series]:
    plain = text.str.replace(".", "?", regex=False).str.replace(",", ".", regex=False) if decimal == "," else text
    values = pd.to_numeric(plain, errors="coerce").astype("float64")
    reason = pd.Series("", index=text.index, dtype="str")
    unknown = ~np.isfinite(values)
    if not unknown.any():
        return values, reason
    bad = unknown & ~text.str.lower().isin(["", "nan", "null", "na"])
    if bad.any():
        reason = reason.mask(bad, f"{column} is no number")
        other = "," if decimal == "." else "."
        swapped = text.str.fullmatch(rf"-?\d+[{other}]\d+") & bad
        name = "comma" if other == "," else "point"
        reason = reason.mask(swapped, f"{column} has a decimal {name}; set `decimal: '{other}'`")
    return values.where(~bad), reason
