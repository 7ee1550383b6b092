"""`make tuning`: tuned parameters against the defaults, on the test slice of the last pipeline run.

Writes `tuning.csv` (a row a budget, seed, client and family) and `tuning_convergence.csv` to `reports`.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.fleet import Fleet
from benchmarks.peers.compare import distinct
from benchmarks.tuning.convergence import convergence
from benchmarks.tuning.runs import Run, candidates_of, scored
from benchmarks.tuning.summary import summary
from pipelines import common
from pipelines.client_data import client_data
from vigia.config import load_params
from vigia.errors import FrameError
from vigia.models import families

SCORES = common.REPORTS / "tuning.csv"
CONVERGENCE = common.REPORTS / "tuning_convergence.csv"
WORK = Path("data/tuning")
"""Studies and offers of each run, so that a killed one goes on."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Tune, forecast with both, score both, and follow the studies."""
    asked = _parser().parse_args(arguments)
    params, ids = load_params(), common.clients()
    data = client_data(ids)
    rows, studies = [], []
    for budget in asked.budgets:
        for seed in asked.seeds:
            run = Run.of(params, seed, budget, tuple(asked.families), WORK)
            found = candidates_of(run, data, common.compute())
            rows += scored(run, Fleet.of(data, run.params), found, common.compute())
            studies += [(f"{each.family} x{budget:g}", each.trials) for each in found]
            print(f"budget x{budget:g}, seed {seed}: tuned and scored", flush=True)
    if not rows:
        raise FrameError(f"{common.TRAIN}: no tuned family was fitted; run `make pipeline` on longer histories")
    table, curves = pd.DataFrame(rows), convergence(studies)
    SCORES.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(SCORES, index=False, float_format="%.6f")
    curves.to_csv(CONVERGENCE, index=False, float_format="%.6f")
    fleet = Fleet.of(data, params)
    counted = distinct({client.client_id: client.digest for client in fleet.clients})
    print(
        "\nWAPE of daily totals on the test slice; gain = 1 - tuned / defaults, geometric mean over distinct clients,"
    )
    print("each the mean over seeds (95 %: clients resampled)")
    print(summary(table, counted).to_string(index=False))
    print("\nbest validation error after k trials, of that of the defaults (mean over clients), %")
    for family, part in curves.groupby("family", sort=False):
        values = " ".join(f"{100 * value:.1f}" for value in part["best_over_default"])
        print(f"{family:<12}{part['studies'].iloc[0]:>4}: {values}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tuning", description=__doc__)
    names = [family.name for family in families.of_clients_tuned()]
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 8, 9], help="seeds of tuning and fits")
    parser.add_argument("--budgets", type=float, nargs="+", default=[1.0], help="times the trials of params.yaml")
    parser.add_argument("--families", nargs="+", choices=names, default=names, help="families to tune")
    return parser


if __name__ == "__main__":
    common.run(main)
