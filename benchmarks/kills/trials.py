"""One command that is killed: what is there then, and what is there when it was called again."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.kills.state import differences, state
from benchmarks.kills.steps import called, copied, served_as_decided
from vigia.errors import VigiaError

LONGEST_SECONDS = 600.0
CONTEXT = multiprocessing.get_context("forkserver")
"""Of a process that has imported everything and started nothing, so that a kill meets work and not imports."""


@dataclass(frozen=True)
class Trial:
    """A kill.

    Attributes:
        step: name of the command.
        seconds: after which it was killed.
        ended: it had ended by itself before.
        wrong: what was said falsely when it was killed, and what differs after it was called again; empty if all is
            well.
    """

    step: str
    seconds: float
    ended: bool
    wrong: list[str]


def trials(names: Sequence[str], kills: int, seed: int, folder: Path) -> Iterator[Trial]:
    """Kill the commands in turn at random times, in copies of what stands before each.

    Args:
        names: of the steps.
        kills: in all.
        seed: of the times.
        folder: for all files; it is filled.
    """
    CONTEXT.set_forkserver_preload(["benchmarks.kills.steps"])
    rng = np.random.default_rng(seed)
    wanted, lasted = {}, {}
    for name in names:
        template = folder / name / "before"
        template.mkdir(parents=True)
        _run(name, "prepare", template)
        copy = copied(template, folder / name / "undisturbed")
        started = time.monotonic()
        _run(name, "run", copy)
        lasted[name], wanted[name] = time.monotonic() - started, state(copy)
    for number in range(kills):
        name = names[number % len(names)]
        yield _trial(name, float(rng.uniform(0, lasted[name])), folder / name, wanted[name])


def _trial(name: str, seconds: float, folder: Path, wanted: dict[str, object]) -> Trial:
    copy = copied(folder / "before", folder / "undisturbed")  # the same place: MLflow notes addresses
    ended = _killed(name, copy, seconds)
    wrong = []
    try:
        if not served_as_decided(copy):
            wrong.append("decisions.jsonl says what is not so")
        _run(name, "run", copy)
        wrong += differences(state(copy), wanted)
    except (VigiaError, ChildProcessError) as error:
        wrong.append(str(error))
    return Trial(name, seconds, ended, wrong)


def _killed(name: str, folder: Path, seconds: float) -> bool:
    """Kill a command after some time; whether it had ended before."""
    process = CONTEXT.Process(target=called, args=(name, "run", folder))
    process.start()
    process.join(seconds)
    ended = process.exitcode is not None
    if not ended and process.pid is not None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:  # it has not come to lead a group
            process.kill()
    process.join()
    return ended


def _run(name: str, what: str, folder: Path) -> None:
    """Let a step end by itself.

    Raises:
        ChildProcessError: it did not end well; the message is the end of what it said.
    """
    process = CONTEXT.Process(target=called, args=(name, what, folder))
    process.start()
    process.join(LONGEST_SECONDS)
    if process.exitcode != 0:
        process.kill()
        said = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")
        raise ChildProcessError(f"{name}: {what} ended with {process.exitcode}: {said[-600:]}")
