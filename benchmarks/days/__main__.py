"""`make bench-days`: films of 90 days, and thousands of batches of readings from several processes.

Writes `days.csv` to `reports`, and ends with 1 where anything is shown but what one call over all hours finds, or lost.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.days.batches import of_both_engines
from benchmarks.days.films import films
from tests.support.film import filmed

REPORT = Path("reports/days.csv")


def main() -> int:
    """Show, compare, report."""
    parser = argparse.ArgumentParser(prog="benchmarks.days")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--batches", type=int, default=10_000, help="of readings, posted twice from four processes")
    parser.add_argument("--seed", type=int, default=1, help="of what happens to readings")
    asked = parser.parse_args()
    rows = []
    REPORT.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        film = filmed(Path(folder), clients=None)
        for shown in films(film, asked.days, Path(folder), asked.seed):
            rows.append({"film": shown.film, "median_seconds": statistics.median(shown.seconds), **shown.counts})
            rows[-1]["wrong"] = "; ".join(shown.wrong)
            print(rows[-1], flush=True)
        for engine, wrong in of_both_engines(asked.batches, asked.seed, Path(folder)).items():
            rows.append({"film": f"{asked.batches} batches twice, {engine}", "wrong": "; ".join(wrong)})
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(REPORT, index=False)
    return int(bool((table["wrong"] != "").any()))


if __name__ == "__main__":
    sys.exit(main())
