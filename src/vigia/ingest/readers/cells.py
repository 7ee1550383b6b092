"""Cells that have a type, written as the mapping says that a cell is written."""

import csv
import io
import math
from collections.abc import Iterable
from datetime import date, datetime, time

from vigia.config.sections.ingest import COUNTED, ISO, IngestParams


def line_of(cells: Iterable[object], params: IngestParams) -> str:
    """A line of text.

    >>> line_of([datetime(2024, 1, 2, 3), 1.5, "a,b", None], IngestParams())
    '2024-01-02 03:00:00,1.5,"a,b",'
    """
    out = io.StringIO()
    csv.writer(out, delimiter=params.separator, lineterminator="").writerow([text_of(each, params) for each in cells])
    return out.getvalue().replace("\r", " ").replace("\n", " ")


def text_of(cell: object, params: IngestParams) -> str:
    """A cell as text."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, datetime):
        strange = params.date_format in (ISO, *COUNTED) or cell.tzinfo is not None
        return cell.isoformat(sep=" ") if strange else cell.strftime(params.date_format)
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float):
        return repr(int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell).replace(".", params.decimal)
    return str(cell)
