"""`make newcomers`: the clients of the last pipeline run are forecast as if they were new.

Writes `newcomers.csv` (a row a client, length and model) and `newcomers_summary.csv` to `reports`.
"""

import json

import numpy as np
import pandas as pd

from benchmarks.fleet import Fleet
from benchmarks.newcomers import groups, scores
from benchmarks.newcomers.forecasts import Task, forecast_fold
from benchmarks.peers.compare import distinct
from pipelines import common
from pipelines.client_data import client_data
from vigia import frames
from vigia.config import load_params
from vigia.errors import FrameError

SCORES = common.REPORTS / "newcomers.csv"
SUMMARY = common.REPORTS / "newcomers_summary.csv"


def main() -> None:
    """Group, forecast, score."""
    params = load_params()
    candidates = frames.read(common.CANDIDATES, "candidates")
    tuned = candidates[(candidates["family"] == "fleet") & (candidates["status"] == "fitted")]
    if tuned.empty:
        raise FrameError(f"{common.CANDIDATES}: no fleet model was fitted; run `make pipeline` on more clients")
    fleet = Fleet.of(client_data(common.clients()), params)
    folds = groups.folds(groups.related(fleet.clients))
    parameters = json.loads(tuned["parameters"].iloc[0])
    tasks = [Task(fold, fleet, parameters) for fold in folds]
    forecasts = {}
    for _, found in common.followed(common.compute().run(forecast_fold, tasks), len(folds), "newcomers"):
        forecasts.update(found)
    rows = []
    for client in fleet.clients:
        first = client.scored < client.test_start + scores.FIRST_DAYS
        for length in scores.ORDER:
            if (client.client_id, length) in forecasts:
                values = forecasts[client.client_id, length]
                rows += scores.client_scores(client.client_id, length, client.actual, first, values)
    if not rows:
        raise FrameError("no client has two weeks of history before its test slice, and others to learn from then")
    table = pd.DataFrame(rows)
    summary = scores.summary(table, distinct({client.client_id: client.digest for client in fleet.clients}))
    SCORES.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(SCORES, index=False, float_format="%.6f")
    summary.to_csv(SUMMARY, index=False, float_format="%.6f")
    print(f"left out together: {' | '.join(' '.join(fold) for fold in folds)}")
    _print(summary)


def _print(summary: pd.DataFrame) -> None:
    print("WAPE of daily totals, %; difference to the plain fleet model over distinct clients, points")
    print(
        f"{'history':<9}{'model':<15}{'clients':>8}{'mean':>7}{'median':>8}"
        f"{'first 28 d mean':>17}{'median':>8}{'difference':>12}{'95 %':>16}{'better':>10}"
    )
    for row in summary.to_dict("records"):
        points = 100 * np.array([row[f"minus_{scores.RIVAL}{end}"] for end in ("", "_low", "_high")])
        interval, better = f"{points[1]:.2f} to {points[2]:.2f}", f"{row['better']} of {row['distinct_clients']}"
        print(
            f"{row['history_days']:<9}{row['model']:<15}{row['clients']:>8}"
            f"{100 * row['wape_day_mean']:>7.1f}{100 * row['wape_day_median']:>8.1f}"
            f"{100 * row['wape_day_first_28_mean']:>17.1f}{100 * row['wape_day_first_28_median']:>8.1f}"
            + ("" if row["model"] == scores.RIVAL else f"{points[0]:>12.2f}{interval:>16}{better:>10}")
        )


if __name__ == "__main__":
    common.run(main)
