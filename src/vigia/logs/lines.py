"""A log line as a JSON object.

It has `time` (UTC), `level`, `logger`, `message` and `fleet`, where known `day`, `run`, `client` and `request`, and of
an exception its `traceback`. Values of readings are in no line.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

REQUEST = "vigia_request"
"""Where a record has the name of the request that is worked on; see `serving.request_id`."""

_known: ContextVar[Mapping[str, Any]] = ContextVar("vigia_known", default={})  # noqa: B039 - never changed


@contextmanager
def known(**values: Any) -> Iterator[None]:
    """Name what is worked on in each line that is written inside: `day`, `run`, `client`."""
    token = _known.set({**_known.get(), **values})
    try:
        yield
    finally:
        _known.reset(token)


class Lines(logging.Formatter):
    """Makes an object of a record.

    Args:
        fleet: in operation.
    """

    def __init__(self, fleet: str) -> None:
        super().__init__()
        self._fleet = fleet

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever was said."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "fleet": self._fleet,
            **_known.get(),
        }
        if request := record.__dict__.get(REQUEST):
            line["request"] = request
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
