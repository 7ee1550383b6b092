"""`python -m benchmarks.limits --annotation FOLDER`: past-only limits of one half of the clients on the other half.

Clients of the last pipeline run; a half is every second one. Writes `reports/limits/`.
"""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.limits.candidates import GRID, Client, rows_of
from benchmarks.limits.choice import CHANNELS, best, careful, judged
from pipelines import common
from vigia import frames
from vigia.compute import executor_of
from vigia.config import Params, load_params
from vigia.config.settings import Compute
from vigia.detection.series import Series
from vigia.evaluate import annotation as reference

REPORTS = common.REPORTS / "limits"


def main() -> None:
    """Judge every candidate on every client, let each half choose, say what the other makes of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limits", description=__doc__)
    parser.add_argument("--annotation", type=Path, required=True, help="folder with annotated_days.csv")
    parser.add_argument("--apart", nargs="*", default=[], help="clients that are left out")
    parser.add_argument("--workers", type=int, default=common.compute().workers, help="local processes")
    asked = parser.parse_args()
    params, truth = load_params(), reference.Annotation.read(asked.annotation)
    ids = [client for client in common.clients() if client not in asked.apart and client in set(truth.days["client"])]
    table = common.client_table()
    clients = [_client(client, table, params, truth) for client in sorted(ids, key=lambda each: (len(each), each))]
    done = executor_of(Compute(workers=asked.workers)).run(partial(rows_of, screen=params.screen), clients)
    found = {client.series.client_id: rows for client, rows in common.followed(done, len(clients), "clients")}
    order = [client.series.client_id for client in clients]
    judgements = pd.DataFrame([row for client in order for row in found[client]])
    REPORTS.mkdir(parents=True, exist_ok=True)
    judgements.to_csv(REPORTS / "clients.csv", index=False)
    swapped = _swapped(judgements, order)
    swapped.to_csv(REPORTS / "swapped.csv", index=False, float_format="%.4f")
    shown = Table(*map(str, swapped.columns))
    for row in swapped.itertuples(index=False):
        shown.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row))
    Console().print(shown)


def _client(client: str, table: pd.DataFrame, params: Params, truth: reference.Annotation) -> Client:
    readings = frames.read_client(common.INGEST / "readings", "readings", client)
    row = common.attributes(client, table)
    series = Series.of(readings, params.fleet.timezone, params.fleet.country, client=row)
    mine = reference.Annotation(
        truth.days[truth.days["client"] == client], truth.episodes[truth.episodes["client"] == client]
    )
    span = (readings["timestamp"].iloc[0], readings["timestamp"].iloc[-1])
    return Client(series, span, mine)


def _swapped(table: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """What each half chooses by each rule, on itself and on the other half."""
    halves = {"first": order[::2], "second": order[1::2]}
    rows = []
    for name, other in (("first", "second"), ("second", "first")):
        own, theirs = (table[table["client_id"].isin(halves[half])] for half in (name, other))
        for rule in (best, careful):
            chosen = rule(own, list(GRID))
            same = judged(theirs, list(GRID))
            same = same[(same[list(GRID)] == chosen[list(GRID)]).all(axis=1)]
            rows += [_row(name, name, rule.__name__, chosen), _row(name, other, rule.__name__, same.iloc[0])]
    return pd.DataFrame(rows)


def _row(chosen_on: str, judged_on: str, rule: str, row: pd.Series) -> dict[str, Any]:
    figures = {f"f1_{channel}": float(row[f"f1_{channel}"]) for channel in CHANNELS}
    limits = {name: float(row[name]) for name in GRID}
    return {
        "chosen_on": chosen_on,
        "judged_on": judged_on,
        "rule": rule,
        **limits,
        **figures,
        "a_month": float(row["a_month"]),
    }


if __name__ == "__main__":
    common.run(main)
