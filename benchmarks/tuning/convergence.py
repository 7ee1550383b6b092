"""The best validation error after each trial of a study, relative to the defaults, which are the first trial."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

Trials = Sequence[Mapping[str, Any]]


def relative_best(trials: Trials) -> list[float]:
    """Smallest error so far over that of the first trial; pruned trials improve nothing.

    >>> trials = [{"number": 0, "state": "complete", "wape": 0.2}, {"number": 1, "state": "pruned", "wape": 0.1}]
    >>> relative_best([*trials, {"number": 2, "state": "complete", "wape": 0.15}])
    [1.0, 1.0, 0.75]
    """
    ordered = sorted(trials, key=lambda trial: trial["number"])
    errors = [float(trial["wape"]) if trial["state"] == "complete" else np.inf for trial in ordered]
    if not errors or not np.isfinite(errors[0]) or not errors[0] > 0:
        return []
    return [round(float(value) / errors[0], 6) for value in np.minimum.accumulate(errors)]


def convergence(studies: Sequence[tuple[str, Trials]]) -> pd.DataFrame:
    """`family, trials, studies, best_over_default`: means over the studies of a family that went so far.

    Args:
        studies: family and trials of each.
    """
    rows = []
    for family in dict.fromkeys(name for name, _ in studies):
        curves = [curve for name, trials in studies if name == family and (curve := relative_best(trials))]
        for done in range(max(map(len, curves), default=0)):
            values = [curve[done] for curve in curves if len(curve) > done]
            rows.append(
                {
                    "family": family,
                    "trials": done + 1,
                    "studies": len(values),
                    "best_over_default": float(np.mean(values)),
                }
            )
    return pd.DataFrame(rows, columns=["family", "trials", "studies", "best_over_default"])
