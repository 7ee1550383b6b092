"""A line an interval, a column a client."""

from vigia.config.sections.ingest import IngestParams
from vigia.ingest.layouts.long import NAME, VALUE, mapped, stacked
from vigia.ingest.table import MeterFile


def clients(file: MeterFile, params: IngestParams) -> tuple[MeterFile, IngestParams]:
    """A row for each client and interval that has a value; every column beside the time is a client."""
    columns = params.columns
    kept = [each for each in (columns.timestamp, columns.hour) if each is not None]
    values = [str(each) for each in file.cells.columns if each not in kept]
    long = stacked(file, kept, values)
    names = {"timestamp": columns.timestamp, "hour": columns.hour}
    return long, mapped(params, {**names, "client": NAME, "active": VALUE})
