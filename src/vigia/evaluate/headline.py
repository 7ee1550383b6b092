"""The figures by which runs are compared first, the same for DVC and MLflow."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from vigia.models.families import LAST_DAY

DAYS_OF_A_MONTH = 365.25 / 12
NOMINAL = 0.95
HEADLINE = (
    "skill_last_day",
    "skill_last_week",
    "wape_day_mean",
    "coverage_gap",
    "events_client_month",
    "bench_recall",
)
"""Names in `metrics.json`, in the order of what they say: forecasts, bands, events, faults that are found."""


def headline(scores: pd.DataFrame, events: pd.DataFrame, client_days: float) -> dict[str, float]:
    """Skill over the naive forecasts, distance of the bands from what they promise, and alerts.

    Skill is 1 - MAE / MAE of the reference (Murphy 1988), here with the mean over clients of the WAPE of daily totals,
    so above 0 is better than saying yesterday, or the same day last week, again.

    Args:
        scores: forecast scores on the test slice, all clients.
        events: table `events`; past-only ones count, those of one cause as one.
        client_days: days of readings of all clients together.
    """
    errors = scores.groupby("model")["wape_day"].mean()
    own = scores.loc[scores["chosen"], "wape_day"].mean()
    past_only = events[events["mode"] == "past_only"]
    alerts = past_only["group_id"].fillna(past_only["event_id"]).nunique()
    found = {
        "skill_last_day": 1 - own / errors.get(LAST_DAY.name, np.nan),
        "skill_last_week": 1 - own / errors.get("last_week", np.nan),
        "coverage_gap": scores.loc[scores["chosen"], "coverage_95_hour"].mean() - NOMINAL,
        "events_client_month": alerts / (client_days / DAYS_OF_A_MONTH),
    }
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}


def of_metrics(metrics: Mapping[str, float]) -> dict[str, float]:
    """The headline among all metrics of a run."""
    return {name: float(metrics[name]) for name in HEADLINE if name in metrics}
