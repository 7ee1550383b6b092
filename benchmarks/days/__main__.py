"""`make bench-days`: films of 90 days, and what a day costs.

Writes `days.csv` to `reports`, and ends with 1 where a film shows anything but what one call over all hours finds.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.days.films import films
from tests.support.film import filmed

REPORT = Path("reports/days.csv")


def main() -> int:
    """Show, compare, report."""
    parser = argparse.ArgumentParser(prog="benchmarks.days")
    parser.add_argument("--days", type=int, default=90)
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
    table = pd.DataFrame(rows)
    table.to_csv(REPORT, index=False)
    return int(bool((table["wrong"] != "").any()))


if __name__ == "__main__":
    sys.exit(main())
