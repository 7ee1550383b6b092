"""The tables that travel between stages: their columns, types and checks.

Every table is a long pandas frame. Times are timezone-aware (the fleet's zone), microsecond precision,
and mean the *start* of the interval; an interval `[start, end)` leaves `end` out. Units are in the names.
A table is checked once, where it enters the library or leaves a stage (`check`); inside it is trusted.
"""

from vigia.frames.checks import check, concat, empty
from vigia.frames.contracts import (
    CHANNEL_COLUMNS,
    CHANNELS,
    EVENT_KINDS,
    MODES,
    SEVERITIES,
    STAKES,
    TABLES,
    VERDICTS,
    Column,
    Table,
)
from vigia.frames.files import (
    Packed,
    client_file,
    client_order,
    clients_in,
    give_back_memory,
    last_time,
    read,
    read_client,
    read_part,
    write,
    write_by_client,
    write_client,
)
from vigia.frames.names import client_folder

__all__ = [
    "CHANNELS",
    "CHANNEL_COLUMNS",
    "EVENT_KINDS",
    "MODES",
    "SEVERITIES",
    "STAKES",
    "TABLES",
    "VERDICTS",
    "Column",
    "Packed",
    "Table",
    "check",
    "client_file",
    "client_folder",
    "client_order",
    "clients_in",
    "concat",
    "empty",
    "give_back_memory",
    "last_time",
    "read",
    "read_client",
    "read_part",
    "write",
    "write_by_client",
    "write_client",
]
