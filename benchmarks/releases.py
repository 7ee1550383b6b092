"""`python -m benchmarks.releases OLD NEW`: what differs between two release folders, file by file and in what matters.

A change of form must leave the content of a release: events (ids, times, kinds, energies), scores, bands. Sentences may
change with the words. Exit code 1 where events, scores or bands differ.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from vigia.release.layout import file_digests

MATTERS = (
    "forecast_scores.csv",
    "forecast_windows.csv",
    "bands",
    "expected",
    "forecasts",
    "scores",
    "thresholds.parquet",
)
WORDS = ["reason_es", "reason_en"]


def differing(old: Path, new: Path) -> tuple[Counter[str], dict[str, list[str]]]:
    """Files that are equal to the byte, counted by what they are, and those that are not or stand on one side alone."""
    before, after = file_digests(old), file_digests(new)
    equal: Counter[str] = Counter()
    other: dict[str, list[str]] = {}
    for path in sorted({*before, *after}):
        what = part_of(path)
        if before.get(path) == after.get(path):
            equal[what] += 1
        else:
            other.setdefault(what, []).append(path)
    return equal, other


def part_of(path: str) -> str:
    """What a file of a release is: the report of its name, or its folder or table.

    >>> part_of("bands/client_id=7/part.parquet"), part_of("reports/events.csv"), part_of("events.parquet")
    ('bands', 'events.csv', 'events.parquet')
    """
    first, _, rest = path.partition("/")
    return rest if first == "reports" else first


def same_events(old: Path, new: Path) -> bool:
    """Whether both have the same events in everything but the words of their reasons."""
    tables = [pd.read_csv(folder / "reports" / "events.csv", dtype=str).drop(columns=WORDS) for folder in (old, new)]
    return bool(tables[0].equals(tables[1]))


def main() -> int:
    """Print what differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.releases", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    asked = parser.parse_args()
    equal, other = differing(asked.old, asked.new)
    table = Table("what", "equal", "different", "such as")
    for what in sorted({*equal, *other}):
        table.add_row(what, str(equal[what]), str(len(other.get(what, []))), ", ".join(other.get(what, [])[:2]))
    events = same_events(asked.old, asked.new)
    Console().print(table)
    print("events equal in ids, times, kinds and energies" if events else "events differ")
    return int(not events or any(what in other for what in MATTERS))


if __name__ == "__main__":
    sys.exit(main())
