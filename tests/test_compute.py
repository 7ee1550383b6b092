"""Independent work: the same results wherever it runs, an error at the task that caused it."""

import os

import pytest

from vigia.compute import LocalProcesses, executor_of
from vigia.config.settings import Compute


def halved(number: int) -> tuple[int, int]:
    """Half of a number, and the process that says so."""
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number // 2, os.getpid()


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_is_done_once(workers: int) -> None:
    done = dict(LocalProcesses(workers).run(halved, [2, 4, 6]))
    assert {task: half for task, (half, _) in done.items()} == {2: 1, 4: 2, 6: 3}
    assert (os.getpid() in {process for _, process in done.values()}) == (workers == 1)


def test_an_error_is_raised_at_its_task() -> None:
    done = LocalProcesses().run(halved, [2, 3, 4])
    assert next(done)[0] == 2
    with pytest.raises(ValueError, match="3 is odd"):
        next(done)


def test_light_work_takes_fewer_workers_and_never_more() -> None:
    assert LocalProcesses(4).at_most(2).workers == 2
    assert LocalProcesses(1).at_most(2).workers == 1


def test_the_setting_is_the_number_of_workers_and_none_is_one_a_core() -> None:
    assert executor_of(Compute(workers=3)).workers == 3
    assert executor_of(Compute()).workers == os.cpu_count()
