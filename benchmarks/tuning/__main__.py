"""`make tuning`: tuned parameters against the defaults, on the test slice of the last pipeline run.

Writes `tuning.csv` (a row a client and family) and `tuning_convergence.csv` to `reports`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.fleet import Client, Fleet
from benchmarks.paired import Paired, paired
from benchmarks.peers.compare import distinct
from benchmarks.tuning.convergence import convergence
from benchmarks.tuning.defaults import ClientTask, FleetTask, forecast
from pipelines import common
from pipelines.client_data import client_data
from vigia import frames, metrics
from vigia.config import load_params
from vigia.errors import FrameError
from vigia.models import families
from vigia.models.families import FLEET
from vigia.train import Candidate, read_candidates

Totals = npt.NDArray[np.float64]

SCORES = common.REPORTS / "tuning.csv"
TUNED = tuple(family.name for family in families.tuned())
CONVERGENCE = common.REPORTS / "tuning_convergence.csv"


@dataclass(frozen=True)
class Compared:
    """Tuned against defaults over the clients of one family, without duplicates; `paired` is tuned minus defaults."""

    validation: Paired
    test: Paired


def main() -> None:
    """Forecast with the defaults, score both, and follow the studies."""
    params = load_params()
    ids = common.clients()
    fleet = Fleet.of(client_data(ids), params)
    candidates = {
        (found.client_id, found.family): found
        for client in ids
        for found in read_candidates(common.TRAIN, client, params.splits.block_days)
        if found.family in TUNED and found.status == "fitted"
    }
    defaults = _defaults(fleet, candidates)
    rows = []
    for client in fleet.clients:
        hourly = frames.read_client(common.BACKTEST / "forecasts", "forecasts", client.client_id)
        for family in TUNED:
            found = candidates.get((client.client_id, family))
            if found is not None:
                part = hourly[hourly["model"] == family]
                tuned = client.history.arrange(part, "forecast_kwh")[client.scored].sum(axis=1)
                rows.append(score(client, found, tuned, defaults.get((client.client_id, family), tuned)))
    if not rows:
        raise FrameError(f"{common.TRAIN}: no tuned family was fitted; run `make pipeline` on longer histories")
    table = pd.DataFrame(rows)
    studies = [(family, found.trials) for (_, family), found in candidates.items() if family != FLEET.name]
    studies += [(family, found.trials) for (_, family), found in candidates.items() if family == FLEET.name][:1]
    curves = convergence(studies)
    SCORES.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(SCORES, index=False, float_format="%.6f")
    curves.to_csv(CONVERGENCE, index=False, float_format="%.6f")
    _print(table, distinct({client.client_id: client.digest for client in fleet.clients}))
    _print_convergence(curves)


def score(client: Client, found: Candidate, tuned: Totals, default: Totals) -> dict[str, object]:
    """A row of `tuning.csv`: both on the days that both forecast."""
    actual = client.actual
    same = np.isfinite(actual) & np.isfinite(tuned) & np.isfinite(default)
    return {
        "client_id": client.client_id,
        "family": found.family,
        "n_days": int(same.sum()),
        "wape_day_tuned": metrics.wape(actual[same], tuned[same]),
        "wape_day_default": metrics.wape(actual[same], default[same]),
        "validation_wape_tuned": found.validation_wape_day,
        "validation_wape_default": found.default_wape_day,
        "defaults_kept": found.parameters == families.named(found.family).defaults,
    }


def _defaults(fleet: Fleet, candidates: dict[tuple[str, str], Candidate]) -> dict[tuple[str, str], Totals]:
    """Forecasts with the defaults by client and family, of those for which tuning has found something else."""
    changed = [pair for pair, found in candidates.items() if found.parameters != families.named(found.family).defaults]
    clients = {client.client_id: client for client in fleet.clients}
    tasks: list[ClientTask | FleetTask] = [
        ClientTask(clients[client], family, fleet.params) for client, family in changed if family != FLEET.name
    ]
    tasks.sort(key=lambda task: (task.family == "lstm") if isinstance(task, ClientTask) else False, reverse=True)
    if any(family == FLEET.name for _, family in changed):
        starts, workers = fleet.starts(list(clients)), common.compute().workers
        tasks += [FleetTask(fleet, starts[number::workers]) for number in range(min(workers, len(starts)))]
    found: dict[tuple[str, str], Totals] = {}
    for task, totals in common.followed(common.compute().run(forecast, tasks), len(tasks), "tuning"):
        family = task.family if isinstance(task, ClientTask) else FLEET.name
        for client, values in totals.items():
            before = found.get((client, family))
            found[client, family] = values if before is None else np.where(np.isfinite(values), values, before)
    return found


def compared(table: pd.DataFrame, counted: list[str]) -> Compared:
    """Compare the rows of one family over the clients in `counted`."""
    part = table[table["client_id"].isin(counted)]
    return Compared(
        *(
            paired(part[f"{name}_tuned"].to_numpy(dtype=float), part[f"{name}_default"].to_numpy(dtype=float))
            for name in ("validation_wape", "wape_day")
        )
    )


def _print(table: pd.DataFrame, counted: list[str]) -> None:
    print("WAPE of daily totals, %; tuned minus defaults over distinct clients, points (95 %: clients resampled)")
    print(
        f"{'family':<9}{'clients':>8}{'tuned mean':>12}{'median':>8}{'defaults mean':>15}{'median':>8}"
        f"{'test difference':>17}{'95 %':>16}{'better/worse':>14}{'kept':>6}{'validation':>12}"
    )
    for family, part in table.groupby("family", sort=False):
        both = compared(part, counted)
        test, kept = both.test, int(part["defaults_kept"].sum())
        mean, median = (100 * part[["wape_day_tuned", "wape_day_default"]].agg(how) for how in ("mean", "median"))
        interval = f"{100 * test.low:.2f} to {100 * test.high:.2f}"
        print(
            f"{family:<9}{len(part):>8}{mean.iloc[0]:>12.2f}{median.iloc[0]:>8.2f}{mean.iloc[1]:>15.2f}"
            f"{median.iloc[1]:>8.2f}{100 * test.difference:>17.2f}{interval:>16}"
            f"{f'{test.better} / {test.worse}':>14}{kept:>6}{100 * both.validation.difference:>12.2f}"
        )


def _print_convergence(curves: pd.DataFrame) -> None:
    print("\nbest validation error after k trials, of that of the defaults (mean over studies), %")
    for family, part in curves.groupby("family", sort=False):
        values = " ".join(f"{100 * value:.1f}" for value in part["best_over_default"])
        print(f"{family:<9}{part['studies'].iloc[0]:>4} studies: {values}")


if __name__ == "__main__":
    common.run(main)
