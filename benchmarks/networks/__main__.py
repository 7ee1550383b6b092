"""`make networks`: networks over all clients beside the families of the last pipeline run, and in their combination.

Writes to `reports`: `networks.csv` (a row a client, window and model), `networks_summary.csv`, `networks_seconds.csv`.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.fleet import Client, Fleet
from benchmarks.networks import refits, scores
from benchmarks.peers.compare import distinct
from pipelines import common
from pipelines.client_data import client_data
from vigia import frames, splits
from vigia.config import load_params
from vigia.errors import FrameError

Matrix = npt.NDArray[np.float64]

SCORES = common.REPORTS / "networks.csv"
SUMMARY = common.REPORTS / "networks_summary.csv"
SECONDS = common.REPORTS / "networks_seconds.csv"


def main() -> None:
    """Forecast along the schedule, combine, score."""
    params = load_params()
    fleet = Fleet.of(client_data(common.clients()), params)
    tasks = refits.tasks(fleet)
    networks: dict[str, dict[str, Matrix]] = {}
    seconds: list[dict[str, object]] = []
    for _, (found, spent) in common.followed(common.compute().run(refits.forecast, tasks), len(tasks), "networks"):
        networks.update(found)
        seconds += [{"model": name, "seconds": value} for name, value in spent.items()]
    networks = refits.with_means(networks)
    rows = []
    for client in fleet.clients:
        own = {name: found[client.client_id] for name, found in networks.items() if client.client_id in found}
        rows += scores.client_scores(client, params.splits.test_share, _all(client, own, params.splits.test_share))
    if not rows:
        raise FrameError(f"{common.BACKTEST}: no forecasts; run `make pipeline` first")
    table, times = pd.DataFrame(rows), pd.DataFrame(seconds)
    counted = distinct({client.client_id: client.digest for client in fleet.clients})
    summary = scores.summary(table, scores.TODAY, counted)
    SCORES.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(SCORES, index=False, float_format="%.6f")
    summary.to_csv(SUMMARY, index=False, float_format="%.6f")
    times.to_csv(SECONDS, index=False, float_format="%.1f")
    _print(summary, times)


def _all(client: Client, networks: dict[str, Matrix], test_share: float) -> dict[str, Matrix]:
    """Forecasts by name: families of the last run, networks, combinations; from the first scored day on."""
    hourly = frames.read_client(common.BACKTEST / "forecasts", "forecasts", client.client_id)
    values = {
        str(name): client.history.arrange(part, "forecast_kwh")
        for name, part in hourly.groupby("model", observed=True)
        if name in scores.FAMILIES
    }
    values |= networks
    for each in values.values():
        each[: splits.first_scored(client.history.days, test_share)] = np.nan
    actual = client.history.values.sum(axis=1)
    together = {name: scores.combined(values, priors, actual) for name, priors in scores.combinations(networks).items()}
    return {**values, **together}


def _print(summary: pd.DataFrame, seconds: pd.DataFrame) -> None:
    print(f"WAPE of daily totals, %; difference to the {scores.TODAY} over distinct clients, points")
    print(f"{'window':<11}{'model':<48}{'mean':>7}{'median':>8}{'difference':>12}{'95 %':>17}{'better/worse':>14}")
    for row in summary.to_dict("records"):
        points = 100 * np.array([row[f"difference{end}"] for end in ("", "_low", "_high")])
        interval, better = f"{points[1]:.2f} to {points[2]:.2f}", f"{row['better']} / {row['worse']}"
        print(
            f"{row['window']:<11}{row['model']:<48}{100 * row['wape_day_mean']:>7.2f}"
            f"{100 * row['wape_day_median']:>8.2f}{points[0]:>12.2f}{interval:>17}{better:>14}"
        )
    print("\nseconds of one core over all refits")
    for row in seconds.to_dict("records"):
        print(f"{row['model']:<48}{row['seconds']:>7.0f}")


if __name__ == "__main__":
    common.run(main)
