"""What may be changed, what is drawn of it, and which changes were read and found to change nothing."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path

EQUIVALENT = Path(__file__).with_name("equivalent.csv")


@dataclass(frozen=True)
class Place:
    """One change that an operator could make: the `occurrence`-th of the file, at this line and column."""

    file: str
    line: int
    column: int
    operator: str
    occurrence: int
    text: str


@dataclass(frozen=True)
class Mutant:
    """A change that was drawn; `diff` holds the changed lines, `code` the whole changed file."""

    file: str
    line: int
    operator: str
    diff: str
    code: str


@dataclass(frozen=True)
class Equivalent:
    """A change that a person read: it changes no behaviour, for this reason."""

    file: str
    diff: str
    reason: str


def draw(places: Iterable[Place], seed: int) -> list[Place]:
    """One place a spot of the source, in an order that the seed alone draws: its beginning is the sample.

    The draw is by a digest of the text of the line, so a change elsewhere in the file leaves the order as it is.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    drawn = []
    for place in places:
        name = (place.file, place.text.strip(), str(place.column), place.operator)
        drawn.append((sha256("|".join((str(seed), *name, str(seen[name]))).encode()).hexdigest(), place))
        seen[name] += 1
    spots: dict[tuple[str, int, int], Place] = {}
    for _, place in sorted(drawn, key=lambda pair: pair[0]):
        spots.setdefault((place.file, place.line, place.column), place)
    return list(spots.values())


def changed_lines(before: str, after: str) -> str:
    """The lines that differ, each with its sign and without its indent.

    >>> changed_lines("a = 1\\nb = 2\\n", "a = 1\\nb = 3\\n")
    '-b = 2\\n+b = 3'
    """
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[3:]
    return "\n".join(line[0] + line[1:].strip() for line in lines if not line.startswith("@@"))


def read_equivalents(path: Path = EQUIVALENT) -> list[Equivalent]:
    """The reviewed list: columns `file`, `diff`, `reason`."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [Equivalent(row["file"], row["diff"], row["reason"]) for row in csv.DictReader(lines)]


def is_equivalent(mutant: Mutant, equivalents: Sequence[Equivalent]) -> bool:
    """Whether this very change of this very line was reviewed, wherever in its file the line has moved."""
    return any(known.file == mutant.file and known.diff == mutant.diff for known in equivalents)
