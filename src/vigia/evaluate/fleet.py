"""A campaign over the fleet: figures for `dvc metrics` and the tables of its page in MLflow."""

from typing import Any

import numpy as np
import pandas as pd

MEASURES = ("wape_day", "wape_hour", "wape_day_normal", "mase_day")


DECIMALS = 4
"""Of figures that stand in git: processors differ in the last digits, which are no difference of two runs."""


def fleet_metrics(scores: pd.DataFrame, windows: pd.DataFrame) -> dict[str, float]:
    """Means and medians over the clients' chosen models, and by model, for `dvc metrics`.

    Names without a window mean the test slice, the earlier windows stand in front (`earlier_1_wape_day_mean`).
    `..._without_worst` is the mean without one client, the one whose chosen model has the largest WAPE of daily
    totals in that window: a client that rests through most of a window has next to nothing to divide by, and would
    decide a mean of 24. The same client is left out for all models and on normal days. A model's mean is over the
    clients that it has a forecast for.

    Args:
        scores: forecast scores of all clients.
        windows: forecast scores of all clients by window.
    """
    chosen = scores[scores["chosen"]]
    out: dict[str, float] = {"clients": float(len(chosen))}
    for column in MEASURES:
        out[f"{column}_mean"] = float(chosen[column].mean())
        out[f"{column}_median"] = float(chosen[column].median())
    for column in chosen.columns[chosen.columns.str.startswith("coverage_")]:
        out[f"{column}_mean"] = float(chosen[column].mean())
    for name, part in windows.groupby("window"):
        front = "" if name == "test" else f"{name}_"
        out |= {f"{front}{key}": value for key, value in _window_metrics(part).items()}
    return {name: round(value, DECIMALS) for name, value in out.items() if np.isfinite(value)}


def worst_client(window: pd.DataFrame) -> str | None:
    """The client whose chosen model has the largest WAPE of daily totals on all days of a window.

    >>> rows = {"client_id": ["1", "2"], "chosen": [True, True], "days": ["all", "all"], "wape_day": [0.1, 3.0]}
    >>> worst_client(pd.DataFrame(rows))
    '2'
    """
    errors = window[window["chosen"] & (window["days"] == "all")].set_index("client_id")["wape_day"].dropna()
    return str(errors.idxmax()) if len(errors) else None


def window_table(windows: pd.DataFrame) -> pd.DataFrame:
    """WAPE of daily totals on all days: a row a client and window, a column a model, and which one is chosen."""
    every = windows[windows["days"] == "all"]
    index = ["window", "client_id"]
    table = every.pivot_table(index=index, columns="model", values="wape_day", sort=False)
    chosen = every[every["chosen"]].set_index(index)["model"]
    return table.assign(chosen=chosen).reset_index().rename_axis(columns=None)


def choice_table(chosen: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Why each client has its family, what that gave on the test slice, and which model would have been best there."""
    rows = []
    by_client = {str(client): part.set_index("model")["wape_day"] for client, part in scores.groupby("client_id")}
    for choice in chosen.to_dict("records"):
        errors = by_client[choice["client_id"]]
        known = errors.dropna()
        rows.append(
            {
                "client_id": choice["client_id"],
                "family": choice["family"],
                "validation_wape_day": choice["validation_wape_day"],
                "test_wape_day": errors.get(choice["family"]),
                "best_on_test": known.idxmin() if len(known) else None,
                "best_wape_day": known.min() if len(known) else None,
                "reason_en": choice["reason_en"],
                "reason_es": choice["reason_es"],
            }
        )
    return pd.DataFrame(rows)


def campaign_metrics(windows: pd.DataFrame) -> dict[str, float]:
    """Mean and median WAPE of daily totals over the clients, by window and model, `chosen` among them."""
    every = windows[windows["days"] == "all"]
    columns: dict[tuple[Any, Any], pd.Series] = {
        (window, model): part["wape_day"] for (window, model), part in every.groupby(["window", "model"])
    }
    columns |= {(window, "chosen"): part["wape_day"] for window, part in every[every["chosen"]].groupby("window")}
    means = {f"{window}_mean_wape_day_{model}": float(part.mean()) for (window, model), part in columns.items()}
    medians = {f"{window}_median_wape_day_{model}": float(part.median()) for (window, model), part in columns.items()}
    return {name: value for name, value in {**means, **medians}.items() if np.isfinite(value)}


def _window_metrics(window: pd.DataFrame) -> dict[str, float]:
    worst = worst_client(window)
    out = {}
    for days, name in (("all", "wape_day"), ("normal", "wape_day_normal")):
        own = window[window["chosen"] & (window["days"] == days)].set_index("client_id")["wape_day"]
        out[f"{name}_mean"] = float(own.mean())
        out[f"{name}_median"] = float(own.median())
        out[f"{name}_mean_without_worst"] = float(own[own.index != worst].mean())
    for model, part in window[window["days"] == "all"].groupby("model"):
        out[f"wape_day_mean_{model}"] = float(part["wape_day"].mean())
        out[f"wape_day_median_{model}"] = float(part["wape_day"].median())
        out[f"wape_day_mean_without_worst_{model}"] = float(part.loc[part["client_id"] != worst, "wape_day"].mean())
    return out
