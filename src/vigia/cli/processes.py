"""The processes of `vigia serve`: all of them end with it, whatever ends it."""

import os
import signal
from collections.abc import Mapping
from threading import Timer
from typing import Any

from honcho.manager import Manager
from honcho.process import Popen, Process

from vigia.processes import adopt_orphans, end_all, end_with_parent

GRACE_SECONDS = 8.5
"""From the first signal until what is left is ended by force; what the service answers is done by then."""


class KeptProcess(Process):  # type: ignore[misc] # honcho carries no types
    """A process of the Procfile and the one that reads its output; each is signalled when its parent is gone."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._child_ctor = lambda command, **options: Popen(command, preexec_fn=end_with_parent, **options)

    def run(self, *arguments: Any) -> None:
        """Start it and pass on what it prints, until it ends."""
        end_with_parent(signal.SIGKILL)
        super().run(*arguments)


class KeptManager(Manager):  # type: ignore[misc] # honcho carries no types
    """Ends what does not end by itself in time, also where it left the group in which it was started."""

    def __init__(self) -> None:
        super().__init__()
        self._process_ctor = KeptProcess

    def terminate(self) -> None:
        """Ask all to end."""
        if not self._terminating:
            timer = Timer(GRACE_SECONDS, end_all, [0.0])
            timer.daemon = True
            timer.start()
        super().terminate()

    def kill(self) -> None:
        """Leave it to the timer: by force honcho reaches the first of each group alone, and sooner than promised."""


def run_all(commands: Mapping[str, str], environment: Mapping[str, str]) -> int:
    """Run commands by name until one of them ends or a signal comes, end the others, and give the exit code."""
    adopt_orphans()
    manager = KeptManager()
    for name, command in commands.items():
        manager.add_process(name, f"exec {command}" if os.name == "posix" else command, env=dict(environment))
    try:
        manager.loop()
    finally:
        end_all(1.0)
    return int(manager.returncode or 0)
