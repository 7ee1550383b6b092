"""What is written of a run: survivors, and shares by package."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from benchmarks.mutants.mutant import Mutant

TARGET = 0.8
SURVIVORS = ("package", "file", "line", "operator", "diff")
SUMMARY = ("package", "mutants", "killed", "timeout", "survived", "equivalent", "share")


@dataclass(frozen=True)
class Result:
    """`outcome`: `killed`, `timeout`, `survived`, or `equivalent`, which was not run."""

    package: str
    mutant: Mutant
    outcome: str

    def __str__(self) -> str:
        return f"{self.outcome:<11}{self.mutant.file}:{self.mutant.line} {self.mutant.operator}"


def survivors(results: Sequence[Result]) -> pd.DataFrame:
    """A row a survivor, in the order of the source."""
    rows = [
        (each.package, each.mutant.file, each.mutant.line, each.mutant.operator, each.mutant.diff)
        for each in results
        if each.outcome == "survived"
    ]
    return pd.DataFrame(sorted(rows), columns=list(SURVIVORS))


def summary(results: Sequence[Result]) -> pd.DataFrame:
    """A row a package: `share` is what was killed of those that change something; one that never ends is killed.

    `mutants` and `equivalent` are all that were drawn and those of them that were reviewed; `timeout` is part of
    `killed`; `share` is in 0 to 1, NaN where nothing was tried.
    """
    rows = []
    for package in dict.fromkeys(each.package for each in results):
        outcomes = [each.outcome for each in results if each.package == package]
        late, survived, equivalent = (outcomes.count(name) for name in ("timeout", "survived", "equivalent"))
        killed = outcomes.count("killed") + late
        tried = killed + survived
        share = killed / tried if tried else float("nan")
        rows.append((package, len(outcomes), killed, late, survived, equivalent, share))
    return pd.DataFrame(rows, columns=list(SUMMARY))


def print_table(found: pd.DataFrame) -> None:
    """The shares, and which of them are below the target."""
    print(f"{'package':<12}{'mutants':>8}{'killed':>8}{'timeout':>8}{'survived':>9}{'equivalent':>11}{'share %':>9}")
    for package, mutants, killed, late, survived, equivalent, share in found.to_numpy().tolist():
        below = "" if share >= TARGET else f"  below {100 * TARGET:.0f} %"
        print(f"{package:<12}{mutants:>8}{killed:>8}{late:>8}{survived:>9}{equivalent:>11}{100 * share:>9.1f}{below}")
