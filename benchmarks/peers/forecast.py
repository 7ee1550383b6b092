"""Forecast a window of every client by every peer (runs in the peers' environment).

Reads the table that `export` makes, writes `client_id, day, model, actual_kwh, forecast_kwh`.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pandas as pd

from benchmarks.peers import boosted, statistical

MIN_HISTORY_DAYS = 56
ALL = (statistical, boosted)


def client_forecasts(totals: pd.DataFrame, peers: Sequence[ModuleType] = ALL) -> pd.DataFrame:
    """Forecasts of one client's whole test days by some peers, a row a day and model."""
    test_days = int(totals["in_test"].sum())
    series = totals.rename(columns={"client_id": "unique_id", "day": "ds", "known_kwh": "y"})
    series = series[["unique_id", "ds", "y"]]
    parts = [peer.forecast(series, test_days).melt("ds", var_name="model") for peer in peers]
    long = pd.concat(parts, ignore_index=True).rename(columns={"ds": "day", "value": "forecast_kwh"})
    scored = totals.loc[totals["in_test"] & totals["actual_kwh"].notna(), ["client_id", "day", "actual_kwh"]]
    return scored.merge(long, on="day")[["client_id", "day", "model", "actual_kwh", "forecast_kwh"]]


def main() -> None:
    """Forecast all clients, one after the other on one core."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("totals", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--boosted", action="store_true", help="only the boosted peer, the strongest one")
    asked = parser.parse_args()
    fleet = pd.read_csv(asked.totals, converters={"client_id": str}, parse_dates=["day"], float_precision="round_trip")
    parts = []
    for client, totals in fleet.groupby("client_id", sort=False):
        test_days = int(totals["in_test"].sum())
        if not test_days or len(totals) - test_days < MIN_HISTORY_DAYS:
            print(f"client {client}: left out, {len(totals) - test_days} days before {test_days} test days", flush=True)
            continue
        started = time.perf_counter()
        parts.append(client_forecasts(totals.reset_index(drop=True), (boosted,) if asked.boosted else ALL))
        print(f"client {client}: {test_days} days, {time.perf_counter() - started:.1f} s", flush=True)
    if not parts:
        raise SystemExit("no client has a history long enough")
    pd.concat(parts, ignore_index=True).to_csv(asked.out, index=False)


if __name__ == "__main__":
    main()
