"""What all layouts share: columns of values under each other, with the line that each value stood in."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from vigia.config.sections.ingest import ColumnNames, IngestParams
from vigia.ingest.table import MeterFile

NAME, VALUE = "name", "value"


def stacked(file: MeterFile, kept: Sequence[str], values: Sequence[str]) -> MeterFile:
    """A row for each of the columns `values` of each line: columns `kept`, the column's `name`, its `value`.

    A cell without a value is no row: a line of a day has as many cells as the longest day.
    """
    count, width = len(file.cells), len(values)
    rows = np.repeat(np.arange(count), width)
    cells = pd.DataFrame({each: file.cells[each].to_numpy()[rows] for each in kept}, dtype="str")
    cells[NAME] = np.tile(np.asarray(values, dtype=object), count).astype("str")
    cells[VALUE] = file.cells[list(values)].to_numpy(dtype=object).ravel() if count else []
    cells = cells.astype("str")
    there = cells[VALUE].str.strip() != ""
    lines, raw = file.lines.to_numpy()[rows], file.raw.to_numpy()[rows]
    return MeterFile(
        file.name,
        cells[there].reset_index(drop=True),
        pd.Series(lines)[there].reset_index(drop=True),
        pd.Series(raw, dtype="str")[there].reset_index(drop=True),
        file.broken,
    )


def mapped(params: IngestParams, columns: Mapping[str, str | None], **others: object) -> IngestParams:
    """A mapping of a row an interval with these columns and no others."""
    nothing = dict.fromkeys(ColumnNames.model_fields)
    names = ColumnNames.model_validate({**nothing, **columns})
    return params.model_copy(update={"layout": "rows", "columns": names, **others})
