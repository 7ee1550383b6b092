"""Processes that end with the one that started them; on Linux also when that one was killed."""

import ctypes
import signal
import sys
import time
from typing import Any

SET_PARENT_DEATH_SIGNAL, SET_CHILD_SUBREAPER = 1, 36
"""Options of Linux' `prctl`."""


def end_with_parent(signum: int = signal.SIGTERM) -> None:
    """Have this process signalled when its parent is gone, however that ended; on Linux alone."""
    _control(SET_PARENT_DEATH_SIGNAL, signum)


def adopt_orphans() -> None:
    """Stay an ancestor of all that this process starts, also of what leaves its group and loses its own parent."""
    _control(SET_CHILD_SUBREAPER, 1)


def end_all(seconds: float) -> None:
    """End all that this process started, and what that started; after `seconds` by force."""
    left = _descendants()
    for process in left:
        _signalled(process, signal.SIGTERM)
    until = time.monotonic() + seconds
    while (left := _descendants()) and time.monotonic() < until:
        time.sleep(0.1)
    while left and time.monotonic() < until + seconds:
        for process in left:
            _signalled(process, signal.SIGKILL)
        time.sleep(0.05)
        left = _descendants()


def _control(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _descendants() -> list[Any]:
    """Processes below this one that still run; those that ended are not waited for here."""
    import psutil  # type: ignore[import-untyped] # of an extra; carries no types

    found = psutil.Process().children(recursive=True)
    return [each for each in found if each.is_running() and _status(each) != psutil.STATUS_ZOMBIE]


def _status(process: Any) -> str:
    import psutil  # of an extra

    try:
        return str(process.status())
    except psutil.NoSuchProcess:
        return str(psutil.STATUS_ZOMBIE)


def _signalled(process: Any, signum: int) -> None:
    import psutil  # of an extra

    try:
        process.send_signal(signum)
    except psutil.NoSuchProcess:
        return
