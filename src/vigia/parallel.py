"""Independent work spread over local processes: one call, whatever runs behind it."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def run(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int,
    start: Callable[[], None] | None = None,
) -> Iterator[tuple[Task, Result]]:
    """Yield `(task, result)` as each finishes; with one worker, in this process and in order.

    Workers are spawned (a forked TensorFlow hangs) and live until the last task, so that a heavy import is paid
    once each. `work` and `start` must be importable functions, and tasks must be picklable.
    An exception in `work` is raised here at the task that caused it. A result is not kept once it was yielded.
    """
    if workers <= 1 or len(tasks) <= 1:
        if start is not None:
            start()
        for task in tasks:
            yield task, work(task)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=context, initializer=start) as pool:
        futures = {pool.submit(work, task): task for task in tasks}
        try:
            for future in as_completed(list(futures)):
                yield futures.pop(future), future.result()
        finally:
            for future in futures:
                future.cancel()
