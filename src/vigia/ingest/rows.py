"""From text to typed rows; what cannot be read is rejected with its reason and line."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia.config.fleet import IngestParams
from vigia.frames import CHANNEL_COLUMNS
from vigia.ingest.files import MeterFile

FACTORS = {"Wh": 0.001, "kWh": 1.0, "MWh": 1000.0, "kW": 1.0}
ENERGIES = ("active_energy_kwh", "reactive_energy_kvarh")
VALUES = list(CHANNEL_COLUMNS.values())


@dataclass(frozen=True)
class Rows:
    """The rows of one file.

    Attributes:
        accepted: `client_id, timestamp, <channels>, line`, sorted by client and time; interval start, fleet's zone.
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
    """
    frame, reasons = _typed(file, params, client_id, zone)
    bad = reasons != ""
    key = ["client_id", "timestamp"]
    good = frame[~bad]
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
    frame["line"] = file.lines
    return frame, reasons


def _times(text: pd.Series, params: IngestParams, zone: str) -> tuple[pd.Series, pd.Series]:
    local = params.timezone or zone
    has_offset = bool(text.head(50).str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True).any())
    stamps = pd.to_datetime(text, format=params.date_format, errors="coerce", utc=has_offset)
    reason = pd.Series("", index=text.index, dtype="str").mask(
        stamps.isna(), f"time not of the form {params.date_format}"
    )
    if not has_offset:
        known = stamps.astype("datetime64[us]")
        stamps = known.dt.tz_localize(local, ambiguous="NaT", nonexistent="NaT")
        reason = reason.mask(known.notna() & stamps.isna(), f"time does not exist, or twice, in {local}")
    return stamps.dt.tz_convert(zone).astype(pd.DatetimeTZDtype("us", zone)), reason


def _numbers(text: pd.Series, column: str, decimal: str) -> tuple[pd.Series, pd.Series]:
    plain = text.str.replace(",", ".", regex=False) if decimal == "," else text
    values = pd.to_numeric(plain, errors="coerce").astype("float64")
    missing = text.str.lower().isin(["", "nan", "null", "na"])
    bad = ~missing & ~np.isfinite(values)
    reason = pd.Series("", index=text.index, dtype="str")
    if bad.any():
        comma = text.str.fullmatch(r"-?\d+,\d+") & bad
        reason = reason.mask(bad, f"{column} is no number")
        reason = reason.mask(comma, f"{column} has a decimal comma; set `decimal: ','`")
    return values.where(~bad), reason
