"""From cells to typed rows; what cannot be read is rejected with its reason and line."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia.config.sections.ingest import ColumnNames, IngestParams
from vigia.errors import IngestError
from vigia.frames import CHANNEL_COLUMNS
from vigia.ingest.table import MeterFile
from vigia.ingest.values.numbers import numbers
from vigia.ingest.values.times import times

FACTORS = {"Wh": 0.001, "kWh": 1.0, "MWh": 1000.0, "W": 0.001, "kW": 1.0, "MW": 1000.0}
POWERS = ("W", "kW", "MW")
ENERGIES = ("active_energy_kwh", "reactive_energy_kvarh")
VALUES = list(CHANNEL_COLUMNS.values())
SHARED_TIMES = 0.4
BETTER = "a row of better quality stands for this hour"
CONTRADICTS = "several rows with different values for this hour"


@dataclass(frozen=True)
class Rows:
    """The rows of one file.

    Attributes:
        accepted: `client_id, timestamp, <channels>, line, raw`, sorted by client and time; fleet's zone.
        rejected: `line, raw, reason`.
        duplicates: number of identical rows left out.
        read: number of data rows; always accepted + rejected + duplicates.
        rejected_of: rows that are lost by client: rejected ones for which no better one stands.
    """

    accepted: pd.DataFrame
    rejected: pd.DataFrame
    duplicates: int
    read: int
    rejected_of: Mapping[str, int]


def parse(file: MeterFile, params: IngestParams, client_id: str, zone: str) -> Rows:
    """Type the rows of a file, drop identical repetitions and reject rows that contradict each other.

    Where the mapping names a column of quality, the row of the best one stands, and the others are rejected.
    Energies are still those of the file's interval, in kWh (kW where the unit is power).

    Raises:
        IngestError: the file holds several clients and the mapping does not say in which column.
    """
    hidden = None if params.columns.client or params.columns.quality else client_column(file.cells, params.columns)
    if hidden is not None:
        raise IngestError(
            f"{file.name}: column {hidden!r} tells rows of the same time apart, as in a file of many clients; "
            f"set `client: {hidden}` under `ingest.columns` in params.yaml"
        )
    frame, reasons = _typed(file, params, client_id, zone)
    if params.columns.quality is not None:
        reasons = reasons.mask(_worse(frame, reasons, params), BETTER)
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
    reasons.loc[good.index[in_clash]] = CONTRADICTS
    duplicates = good[repeated & ~in_clash]
    rejected = pd.DataFrame({"line": file.lines, "raw": file.raw, "reason": reasons})[reasons != ""]
    rejected = pd.concat([file.broken, rejected]).sort_values("line", ignore_index=True)
    accepted = good[~repeated & ~in_clash].sort_values(key, ignore_index=True)
    lost = {
        str(client): int(count)
        for client, count in frame.loc[(reasons != "") & (reasons != BETTER), "client_id"].value_counts().items()
    }
    return Rows(accepted.drop(columns="quality"), rejected, len(duplicates), file.read, lost)


def client_column(cells: pd.DataFrame, columns: ColumnNames) -> str | None:
    """The column outside the mapping that tells rows of the same time apart, where many rows share their time."""
    times = cells[columns.timestamp]
    if columns.hour is not None:
        times = times + " " + cells[columns.hour]
    others = cells.columns.difference(list(filter(None, columns.model_dump().values())), sort=False)
    found = telling_column(times, cells, others.tolist())
    return None if found is None else str(found)


def telling_column(times: pd.Series, cells: pd.DataFrame, columns: Sequence[Hashable]) -> Hashable | None:
    """The first of some columns that tells rows of the same time apart, where many rows share their time."""
    if not times.duplicated().mean() > SHARED_TIMES:
        return None
    for name in columns:
        together = pd.concat([times, cells[name]], axis=1).duplicated().mean()
        if 1 < cells[name].nunique() <= len(cells) / 2 and together <= SHARED_TIMES / 4:
            return name
    return None


def _worse(frame: pd.DataFrame, reasons: pd.Series, params: IngestParams) -> pd.Series:
    """Rows of hours for which a row of better quality can be read."""
    place = {name: rank for rank, name in enumerate(params.quality_order)}
    rank = frame["quality"].map(place).fillna(len(place)).where(reasons == "")
    best = rank.groupby([frame["client_id"], frame["timestamp"]]).transform("min")
    return (rank > best) & (reasons == "")


def _typed(file: MeterFile, params: IngestParams, client_id: str, zone: str) -> tuple[pd.DataFrame, pd.Series]:
    cells, columns = file.cells, params.columns
    clients = cells[columns.client].str.strip() if columns.client else pd.Series(client_id, index=cells.index)
    stamps, reasons = times(cells, clients, params, zone)
    reasons = reasons.mask((clients == "") & (reasons == ""), "no client")
    out: dict[str, pd.Series] = {"client_id": clients, "timestamp": stamps}
    factor = FACTORS[params.unit] * params.scale
    for channel, target in CHANNEL_COLUMNS.items():
        source = getattr(columns, channel)
        if source is None or source not in cells:
            out[target] = pd.Series(np.nan, index=cells.index)
            continue
        values, value_reason = numbers(cells[source].str.strip(), source, params.decimal, params.thousands)
        reasons = reasons.where((reasons != "") | (value_reason == ""), value_reason)
        out[target] = values * factor if target in ENERGIES else values
    reasons = reasons.mask(out["active_energy_kwh"].isna() & (reasons == ""), "no active energy")
    frame = pd.DataFrame(out)
    frame["line"], frame["raw"] = file.lines, file.raw
    frame["quality"] = cells[columns.quality].str.strip() if columns.quality else ""
    return frame, reasons
