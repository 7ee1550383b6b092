"""What a line is, turned into one row an interval of a client; the next layout is one more file here."""

from collections.abc import Callable, Mapping

from vigia.config.sections.ingest import IngestParams
from vigia.ingest.layouts.channels import channels
from vigia.ingest.layouts.clients import clients
from vigia.ingest.layouts.days import days
from vigia.ingest.table import MeterFile

Layout = Callable[[MeterFile, IngestParams], tuple[MeterFile, IngestParams]]

LAYOUTS: Mapping[str, Layout] = {"days": days, "clients": clients, "channels": channels}


def long_form(file: MeterFile, params: IngestParams) -> tuple[MeterFile, IngestParams]:
    """The same readings with a row an interval of a client, and the mapping of the columns that they then have."""
    layout = LAYOUTS.get(params.layout)
    return (file, params) if layout is None else layout(file, params)
