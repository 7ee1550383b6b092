"""What was decided about releases: a list that is only added to, and what follows from it.

The list is the one truth, and says nothing that has not happened: a line follows what it tells of. The releases that
were in operation, oldest first, are a stack that is made from it: a published release goes on top, a rollback takes off
what lies above the one that it goes back to.
"""

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from vigia.errors import PublishError

log = logging.getLogger(__name__)

FILE = "decisions.jsonl"
Verdict = Literal["published", "refused", "rolled back"]


@dataclass(frozen=True)
class Decision:
    """A line of the list.

    Attributes:
        at: time of day, UTC.
        decision: what was decided.
        release: digest of the release that it is about.
        current: digest of the release that was in operation.
        reason: for a person.
        forced: published in spite of the gate.
    """

    at: str
    decision: Verdict
    release: str
    current: str | None
    reason: str
    forced: bool


def made(decision: Verdict, release: str, current: str | None, reason: str, forced: bool = False) -> Decision:
    """A line with the time of now."""
    return Decision(datetime.now(UTC).isoformat(timespec="seconds"), decision, release, current, reason, forced)


def add(home: Path, line: Decision) -> None:
    """Add a line at the end of a list that is whole (`mend`), and wait until it is on the disk.

    A process that is killed meanwhile, or a full disk, leaves the beginning of a line, which `read` passes over and
    `mend` takes away.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / FILE).open("ab", buffering=0) as file:
        left = memoryview((json.dumps(vars(line), ensure_ascii=False) + "\n").encode())
        while left:
            left = left[file.write(left) :]
        os.fsync(file.fileno())


def decide(home: Path, decision: Verdict, release: str, current: str | None, reason: str, forced: bool = False) -> None:
    """Add a line with the time of now, of a decision that changes nothing in operation."""
    add(home, made(decision, release, current, reason, forced))


def mend(home: Path) -> None:
    """End the last line, where only its end of line is missing, or take away the beginning of one."""
    path = home / FILE
    content = path.read_bytes() if path.is_file() else b""
    if not content or content.endswith(b"\n"):
        return
    torn = content[content.rfind(b"\n") + 1 :]
    with path.open("r+b") as file:
        if parsed(torn) is None:
            log.warning("%s: the last line was never finished and is taken away: %r", path, torn[:80])
            file.truncate(len(content) - len(torn))
        else:
            file.seek(len(content))
            file.write(b"\n")
        file.flush()
        os.fsync(file.fileno())


def read(home: Path) -> list[Decision]:
    """All lines, oldest first; the beginning of a line at the end, which nobody finished, is none.

    Raises:
        PublishError: a line is damaged.
    """
    path = home / FILE
    content = path.read_bytes() if path.is_file() else b""
    found = []
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        decision = parsed(line)
        if decision is not None:
            found.append(decision)
        elif line.endswith(b"\n"):
            text = line.decode("utf-8", errors="replace").rstrip("\n")
            raise PublishError(f"{path}, line {number} is no decision: {text[:80]!r}")
    return found


def parsed(line: bytes) -> Decision | None:
    """The decision that a line holds; none where it is no line, or not all of one."""
    try:
        return Decision(**json.loads(line))
    except (ValueError, TypeError):
        return None


def in_operation(decisions: Iterable[Decision]) -> list[str]:
    """Digests of the releases that were in operation and were not gone back from; the last one is served.

    A rollback to a release that lies in the stack takes off all above it; one to a release that was gone back from
    before puts it on top again, as publishing does. What the gate refused was never in operation.

    >>> at = lambda decision, release: Decision("", decision, release, None, "", False)
    >>> in_operation([at("published", "a"), at("published", "b"), at("refused", "c"), at("rolled back", "a")])
    ['a']
    """
    stack: list[str] = []
    for line in decisions:
        if line.decision == "rolled back" and line.release in stack:
            stack = through(stack, line.release)
        elif line.decision != "refused" and stack[-1:] != [line.release]:
            stack.append(line.release)
    return stack


def through(stack: list[str], release: str) -> list[str]:
    """The stack up to the topmost place of a release that is in it."""
    return stack[: len(stack) - stack[::-1].index(release)]


def challenger(decisions: Iterable[Decision], served: str | None) -> str | None:
    """Digest of the release that the gate refused last beside the one that is served; none where it refused none.

    >>> at = lambda decision, release, current: Decision("", decision, release, current, "", False)
    >>> past = [at("published", "a", None), at("refused", "b", "a"), at("published", "b", "a")]
    >>> challenger(past, "b"), challenger([*past, at("rolled back", "a", "b")], "a")
    (None, 'b')
    """
    refused = [line.release for line in decisions if line.decision == "refused" and line.current == served]
    return refused[-1] if refused else None
