"""Where a file contradicts its mapping, or fits it in two ways."""

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.guess.figures import figures_of
from vigia.ingest.guess.roles import units_in
from vigia.ingest.table import MeterFile


def odd_unit(own: IngestParams, params: IngestParams) -> str | None:
    """What is said where the name of the active energy tells another unit than the mapping."""
    told = units_in([own.columns.active]) if params.layout == "rows" else set()
    if not told or own.unit in told or params.scale != 1:
        return None
    return f"column {own.columns.active!r} names {' and '.join(sorted(told))}, and `unit` is {own.unit}"


def ask_marks(table: MeterFile, own: IngestParams, params: IngestParams) -> None:
    """Refuse numbers that may be a thousand times as large, until the mapping says which they are.

    Raises:
        IngestError: saying what to write.
    """
    free = own.separator != ("," if own.decimal == "," else ";")
    if free or "thousands" in params.model_fields_set or own.columns.active not in table.cells:
        return
    figures = figures_of([table.cells[own.columns.active].str.strip()], own.separator)
    if figures.asks:
        other = "." if figures.decimal == "," else ","
        raise IngestError(
            f"{table.name}: {figures.evidence}: write `thousands: ''` if the mark is that of decimals, or "
            f"`decimal: '{other}'` and `thousands: '{figures.decimal}'`"
        )
