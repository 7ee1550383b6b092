"""Errors of the forecasts of new clients, by client and over clients."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.newcomers.forecasts import ALONE, LENGTHS, WHOLE
from benchmarks.paired import paired
from vigia import metrics

Totals = npt.NDArray[np.float64]

FIRST_DAYS = 28
RIVAL = "plain_fleet"
ORDER = (*map(str, LENGTHS), WHOLE)


def client_scores(
    client_id: str, length: str, actual: Totals, first: npt.NDArray[np.bool_], forecasts: Mapping[str, Totals]
) -> list[dict[str, object]]:
    """A row a model, all on the same days: those that every model over clients, and every baseline, has forecast.

    A model fitted to the client alone has a row only where it has all of these days.

    Args:
        client_id: whose.
        length: of the history before the test slice.
        actual: (n,) daily totals, kWh.
        first: (n,) days of the first four weeks of the test slice.
        forecasts: (n,) by model.
    """
    usual = [values for model, values in forecasts.items() if model not in ALONE]
    same = np.isfinite(actual) & np.isfinite(usual).all(axis=0)
    return [
        {
            "client_id": client_id,
            "model": model,
            "history_days": length,
            "n_days": int(same.sum()),
            "wape_day": metrics.wape(actual[same], values[same]),
            "wape_day_first_28": metrics.wape(actual[same & first], values[same & first]),
        }
        for model, values in forecasts.items()
        if same.any() and np.isfinite(values[same]).all()
    ]


def summary(scores: pd.DataFrame, distinct: Iterable[str]) -> pd.DataFrame:
    """By length and model: mean and median over all clients, and the paired difference to the plain fleet model.

    Differences, their 95 % interval and the number of better clients are over `distinct`, in which duplicates count
    once.
    """
    rows = []
    for length in ORDER:
        part = scores[scores["history_days"] == length]
        rival = part[part["model"] == RIVAL].set_index("client_id")["wape_day"]
        for model in dict.fromkeys(scores["model"]):
            own = part[part["model"] == model].set_index("client_id")
            if not len(own):
                continue
            counted = [client for client in own.index if client in set(distinct)]
            against = paired(
                own["wape_day"].loc[counted].to_numpy(dtype=float), rival.reindex(counted).to_numpy(dtype=float)
            )
            rows.append(
                {
                    "history_days": length,
                    "model": model,
                    "clients": len(own),
                    "wape_day_mean": own["wape_day"].mean(),
                    "wape_day_median": own["wape_day"].median(),
                    "wape_day_first_28_mean": own["wape_day_first_28"].mean(),
                    "wape_day_first_28_median": own["wape_day_first_28"].median(),
                    "distinct_clients": against.clients,
                    f"minus_{RIVAL}": against.difference,
                    f"minus_{RIVAL}_low": against.low,
                    f"minus_{RIVAL}_high": against.high,
                    "better": against.better,
                }
            )
    return pd.DataFrame(rows)
