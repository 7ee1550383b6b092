"""Which request is worked on: a name that is in its answer, in problem documents, in log lines and in the audit."""

import logging
from contextvars import ContextVar

from vigia.store.access.keys import hidden

NOW: ContextVar[str | None] = ContextVar("vigia_request", default=None)
"""Set by `guard.naming` while a request is worked on."""


def request_id() -> str | None:
    """The name of the request that is worked on; none outside of one."""
    return NOW.get()


class InLogs(logging.Filter):
    """Adds the name of the request to what is logged while it is worked on; no key is written out."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through."""
        if "vigia_request" not in record.__dict__:
            name = record.__dict__["vigia_request"] = request_id()
            record.msg, record.args = hidden(record.getMessage()) + (f" (request={name})" if name else ""), None
        return True


def named_in_logs(logger: logging.Logger) -> None:
    """Let the handlers of a logger say which request a line belongs to."""
    for handler in logger.handlers:
        handler.addFilter(InLogs())
