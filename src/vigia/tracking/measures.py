"""Measures of runs and campaigns."""

from collections.abc import Mapping

import pandas as pd
from mlflow.entities import Metric

from vigia.train import Candidate


def now() -> int:
    """Milliseconds since 1970, as MLflow counts them."""
    return int(pd.Timestamp.now("UTC").timestamp() * 1000)


def metrics(values: Mapping[str, float | int | None], step: int = 0) -> list[Metric]:
    """Measures by name as MLflow takes them; those that are unknown are left out."""
    at = now()
    return [
        Metric(name, float(value), at, step) for name, value in values.items() if value is not None and pd.notna(value)
    ]


def campaign_metrics(results: Mapping[str, list[Candidate]]) -> dict[str, float]:
    """What the candidates of all clients say together: seconds and errors by family."""
    rows = pd.DataFrame([vars(candidate) for candidates in results.values() for candidate in candidates])
    out = {"clients": float(len(results)), "seconds": float(rows["seconds"].sum())}
    out |= {f"seconds_train_{family}": float(part.sum()) for family, part in rows.groupby("family")["seconds"]}
    for family, errors in rows.groupby("family")["validation_wape_day"]:
        out[f"mean_validation_wape_day_{family}"] = float(errors.mean())
        out[f"median_validation_wape_day_{family}"] = float(errors.median())
    return out
