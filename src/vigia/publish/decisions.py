"""What was decided about releases: a list that is only added to, and what follows from it.

The list is the one truth. The releases that were in operation, oldest first, are a stack that is made from it: a
published release goes on top, a rollback takes off what lies above the one that it goes back to.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from vigia.errors import PublishError

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


def decide(home: Path, decision: Verdict, release: str, current: str | None, reason: str, forced: bool = False) -> None:
    """Add a line, with the time of now."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = Decision(at, decision, release, current, reason, forced)
    home.mkdir(parents=True, exist_ok=True)
    with (home / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(vars(line), ensure_ascii=False) + "\n")


def read(home: Path) -> list[Decision]:
    """All lines, oldest first.

    Raises:
        PublishError: a line is damaged.
    """
    path = home / FILE
    found = []
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(Decision(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise PublishError(f"{path}, line {number} is no decision: {line[:80]!r}") from error
    return found


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
