"""Log lines for machines: one JSON object a line, asked for by `VIGIA_LOG=json` or `operation.logs`.

An object has `time` (UTC), `level`, `logger`, `message` and `fleet`, where known `day`, `run`, `client` and `request`,
and of an exception its `traceback`. Values of readings are in no line.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

VARIABLE = "VIGIA_LOG"
JSON = "json"
OURS = ("vigia", "serving")
"""Loggers that are heard from `info` on; others from `warning` on."""
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


def set_up(form: str, fleet: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Write JSON lines to standard error from now on, if that is asked for; says whether it is.

    Everything that other libraries write their lines with is replaced, and what nobody catches is a line too.

    Args:
        form: by the settings, `text` or `json`.
        fleet: in operation.
        environment: `VIGIA_LOG` goes before the settings.
    """
    if environment.get(VARIABLE, form) != JSON:
        return False
    handler, root = logging.StreamHandler(), logging.getLogger()
    handler.setFormatter(Lines(fleet))
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for logger in [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]:
        logger.handlers, logger.propagate = [], True
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    return True


def are_lines() -> bool:
    """Whether JSON lines are written."""
    return any(isinstance(handler.formatter, Lines) for handler in logging.getLogger().handlers)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("vigia").critical("%s: %s", kind.__name__, error, exc_info=(kind, error, trace))
