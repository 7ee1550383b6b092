"""`make bench-kills`: kill fetch, ingest, train, publish and rollback at random times, and look at what is left.

Writes `kills.csv` (a row a kill) to `reports`, and ends with 1 where anything was lost, doubled or said falsely.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.kills.steps import STEPS
from benchmarks.kills.trials import trials

REPORT = Path("reports/kills.csv")


def main() -> int:
    """Kill, compare, report."""
    parser = argparse.ArgumentParser(prog="benchmarks.kills")
    parser.add_argument("--kills", type=int, default=200, help="in all")
    parser.add_argument("--seed", type=int, default=1, help="of the times")
    parser.add_argument("--steps", default=",".join(STEPS), help="which, separated by commas")
    asked = parser.parse_args()
    rows: list[dict[str, object]] = []
    REPORT.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for trial in trials(asked.steps.split(","), asked.kills, asked.seed, Path(folder)):
            rows.append({**vars(trial), "wrong": "; ".join(trial.wrong)})
            if trial.wrong:
                print(f"{trial.step}, killed after {trial.seconds:.3f} s: {'; '.join(trial.wrong)}", flush=True)
            table = pd.DataFrame(rows)
            table.to_csv(REPORT, index=False)  # what an interrupted run has seen
            if len(rows) % 10 == 0:
                print(f"{len(rows)} of {asked.kills}", flush=True)
    summary = table.assign(killed=~table["ended"], wrong=table["wrong"] != "").groupby("step", sort=False)
    print(summary[["killed", "wrong"]].sum().to_string())
    return int(bool((table["wrong"] != "").any()))


if __name__ == "__main__":
    sys.exit(main())
