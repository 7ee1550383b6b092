"""A line a channel of an interval: several lines make up a reading."""

import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.layouts.long import mapped
from vigia.ingest.table import MeterFile


def channels(file: MeterFile, params: IngestParams) -> tuple[MeterFile, IngestParams]:
    """A row an interval with its channels beside each other; it stands where its first line stood.

    Lines of names that the mapping does not list are not rows. A channel that is there twice for an interval makes a
    second row, so that contradictions stay visible.

    Raises:
        IngestError: none of the names in the file is in the mapping.
    """
    columns = params.columns
    name, value = str(columns.channel), str(columns.value)
    kinds = file.cells[name].str.strip().map(params.channels)
    if not kinds.notna().any() and len(kinds):
        there = sorted(file.cells[name].str.strip().unique())[:12]
        raise IngestError(f"{file.name}: `channels` lists none of {there}; say what each stands for")
    keys = [each for each in (columns.timestamp, columns.hour, columns.client, columns.quality) if each is not None]
    part = file.cells[kinds.notna()].assign(kind=kinds, row=file.lines, raw=file.raw)
    part["again"] = part.groupby([*keys, "kind"], sort=False).cumcount()
    group = part.groupby([*keys, "again"], sort=False)
    place = group.ngroup()
    first = group[["row", "raw"]].first()
    wide = pd.DataFrame(index=range(len(first)))
    for kind in ("active", "reactive", "voltage_fa", "voltage_fc"):
        own = part["kind"] == kind
        if own.any():
            wide[kind] = pd.Series(part.loc[own, value].to_numpy(), index=place[own].to_numpy())
    wide = wide.fillna("").astype("str")
    index = first.index.to_frame(index=False)
    for key in keys:
        wide[key] = index[key].to_numpy()
    found = {kind: kind if kind in wide else None for kind in ("active", "reactive", "voltage_fa", "voltage_fc")}
    names = {"timestamp": columns.timestamp, "hour": columns.hour, "client": columns.client, "quality": columns.quality}
    long = MeterFile(
        file.name, wide, pd.Series(first["row"].to_numpy()), pd.Series(first["raw"].to_numpy()), file.broken
    )
    return long, mapped(params, {**found, "active": found["active"] or "active", **names})
