"""Where independent work runs: one call, whatever stands behind it.

Today that is processes of this machine. Another place is another `Executor`, made by `executor_of`.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Protocol, TypeVar

from vigia.config.settings import Compute

Task = TypeVar("Task")
Result = TypeVar("Result")


class Executor(Protocol):
    """Runs tasks that know nothing of each other."""

    @property
    def workers(self) -> int:
        """How many tasks run at once."""
        ...

    def at_most(self, workers: int) -> "Executor":
        """The same with no more workers than these: for work that is not worth starting all."""
        ...

    def run(
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        start: Callable[[], None] | None = None,
    ) -> Iterator[tuple[Task, Result]]:
        """Yield `(task, result)` as each finishes, in any order.

        `work` and `start`, which is called once a worker before its first task, must be importable functions, and
        tasks must be picklable. An exception in `work` is raised here at the task that caused it. A result is not kept
        once it was yielded.
        """
        ...


@dataclass(frozen=True)
class LocalProcesses:
    """Processes of this machine; a single worker is this process itself, which takes the tasks in order.

    Processes are spawned (a forked TensorFlow hangs) and live until the last task, so that a heavy import is paid
    once each.
    """

    workers: int = 1

    def at_most(self, workers: int) -> "LocalProcesses":
        """As in `Executor`."""
        return LocalProcesses(min(self.workers, workers))

    def run(
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        start: Callable[[], None] | None = None,
    ) -> Iterator[tuple[Task, Result]]:
        """As in `Executor`."""
        if self.workers <= 1 or len(tasks) <= 1:
            if start is not None:
                start()
            for task in tasks:
                yield task, work(task)
            return
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(self.workers, len(tasks)), mp_context=context, initializer=start) as pool:
            futures = {pool.submit(work, task): task for task in tasks}
            try:
                for future in as_completed(list(futures)):
                    yield futures.pop(future), future.result()
            finally:
                for future in futures:
                    future.cancel()


THIS_PROCESS = LocalProcesses(1)


def executor_of(settings: Compute) -> Executor:
    """The executor of `configs/compute.yaml`; without a number of workers, one a core."""
    return LocalProcesses(settings.workers or os.cpu_count() or 1)
