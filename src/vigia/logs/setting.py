"""Whether log lines are for people or for machines: `VIGIA_LOG`, or `operation.logs`."""

import logging
import os
import sys
from collections.abc import Mapping
from types import TracebackType

from vigia.logs.lines import Lines

VARIABLE = "VIGIA_LOG"
JSON = "json"
OURS = ("vigia", "serving")
"""Loggers that are heard from `info` on; others from `warning` on."""


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
