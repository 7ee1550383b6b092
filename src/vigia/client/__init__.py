"""The API of a service in Python: typed answers, one error tree, retries where they are safe (docs/api.md).

Importing it needs the extra `client` and no library of the science.
"""

try:
    from vigia.client.service import AsyncClient, Client
except ModuleNotFoundError as error:
    if error.name != "httpx":
        raise
    raise ModuleNotFoundError(
        "the client needs httpx, which is not installed: pip install 'vigia-energia[client]'", name="httpx"
    ) from error
from vigia.client.call import Call
from vigia.client.errors import (
    ClientError,
    Conflict,
    Fault,
    Invalid,
    NotFound,
    NotUnderstood,
    Refused,
    Stale,
    TimedOut,
    TooMany,
    Unavailable,
    Unreachable,
)
from vigia.client.patience import Patience
from vigia.client.tables import frame_of

__all__ = [
    "AsyncClient", "Call", "Client", "ClientError", "Conflict", "Fault", "Invalid", "NotFound", "NotUnderstood",
    "Patience", "Refused", "Stale", "TimedOut", "TooMany", "Unavailable", "Unreachable", "frame_of",
]  # fmt: skip
