"""Scores of the peers by client, and a table of all models beside each other."""

from pathlib import Path

import numpy as np
import pandas as pd

from vigia import metrics


def read(path: Path) -> pd.DataFrame:
    """Read a CSV report; a client's name is text, whatever it looks like."""
    return pd.read_csv(path, converters={"client_id": str})


def client_scores(forecasts: pd.DataFrame) -> pd.DataFrame:
    """`client_id, model, n_days, wape_day` (a share) of forecasts of daily totals, clients in their order."""
    rows = []
    for (client, model), part in forecasts.groupby(["client_id", "model"], sort=False):
        actual, forecast = (part[column].to_numpy(dtype=float) for column in ("actual_kwh", "forecast_kwh"))
        known = int((np.isfinite(actual) & np.isfinite(forecast)).sum())
        score = metrics.wape(actual, forecast)
        rows.append({"client_id": client, "model": model, "n_days": known, "wape_day": score})
    return pd.DataFrame(rows)


def side_by_side(peers: pd.DataFrame, own: pd.DataFrame | None) -> pd.DataFrame:
    """Mean and median WAPE over clients by model, best mean first.

    Args:
        peers: as `client_scores` makes it.
        own: `reports/forecast_scores.csv`, if there is one; only clients that the peers forecast count.
    """
    parts = [peers]
    if own is not None:
        own = own[own["client_id"].isin(peers["client_id"])]
        parts += [
            own[own["chosen"]].assign(model="Vigía, chosen"),
            own.assign(model="Vigía, " + own["model"].astype(str)),
        ]
    table = pd.concat([part[["client_id", "model", "n_days", "wape_day"]] for part in parts], ignore_index=True)
    summary = table.groupby("model").agg(
        clients=("wape_day", "count"), days=("n_days", "sum"), mean=("wape_day", "mean"), median=("wape_day", "median")
    )
    return summary.sort_values("mean").reset_index()
