"""Tuned against defaults over clients and seeds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from benchmarks.paired import paired


def summary(table: pd.DataFrame, counted: Sequence[str]) -> pd.DataFrame:
    """A row a family and budget.

    Of each client the errors are averaged over seeds, so that clients, which are what differs, are resampled.

    Args:
        table: rows of `tuning.csv`.
        counted: clients that count, without duplicates.
    """
    part = table[table["client_id"].isin(counted)]
    rows = []
    for (family, budget), group in part.groupby(["family", "budget"], sort=True):
        columns = ["wape_day_tuned", "wape_day_default", "validation_wape_tuned", "validation_wape_default"]
        mean = group.groupby("client_id")[columns].mean()
        logs = {name: np.log(mean[name].where(mean[name] > 0).to_numpy(dtype=float)) for name in columns}
        test = paired(logs["wape_day_tuned"], logs["wape_day_default"])
        seen = paired(logs["validation_wape_tuned"], logs["validation_wape_default"])
        takes = group["tuned_by"].value_counts(normalize=True)
        rows.append(
            {
                "family": family,
                "budget": budget,
                "clients": len(mean),
                "seeds": group["seed"].nunique(),
                "tuned %": _percent(mean["wape_day_tuned"]),
                "defaults %": _percent(mean["wape_day_default"]),
                "gain %": round(100 * (1 - np.exp(test.difference)), 2),
                "from": round(100 * (1 - np.exp(test.high)), 2),
                "to": round(100 * (1 - np.exp(test.low)), 2),
                "better": test.better,
                "worse": test.worse,
                "validation gain %": round(100 * (1 - np.exp(seen.difference)), 2),
                "shared": round(float(takes.get("shared", 0.0)), 2),
                "own": round(float(takes.get("own", 0.0)), 2),
            }
        )
    return pd.DataFrame(rows)


def _percent(values: pd.Series) -> str:
    return f"{100 * values.mean():.2f} / {100 * values.median():.2f}"
