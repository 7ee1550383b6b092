"""What `dvc plots` shows of a run and compares between revisions: small tables, a figure each."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from vigia.models import families
from vigia.train import Candidate

DECIMALS = 4


def plot_tables(scores: pd.DataFrame, events: pd.DataFrame, candidates: Iterable[Candidate]) -> dict[str, pd.DataFrame]:
    """Tables by the name of their figure.

    Args:
        scores: forecast scores on the test slice, all clients.
        events: table `events`.
        candidates: of all clients.

    Returns:
        `wape`: a row a client, its chosen model's WAPE of daily totals. `coverage`: a row a band, mean coverage over
        clients less the nominal one. `tuning`: a row a trial, best error so far over that of the defaults, the mean
        over clients, a column a tuned family. `events`: a row a kind, past-only events.
    """
    return {
        "wape": scores.loc[scores["chosen"], ["client_id", "model", "wape_day"]].round(DECIMALS),
        "coverage": _coverage(scores[scores["chosen"]]),
        "tuning": _tuning(candidates),
        "events": events[events["mode"] == "past_only"].groupby("kind").size().rename("events").reset_index(),
    }


def _coverage(chosen: pd.DataFrame) -> pd.DataFrame:
    names = [name.split("_") for name in chosen.columns if name.startswith("coverage_")]
    rows = [
        {
            "band": f"{level} % {length}",
            "gap": round(float(chosen[f"coverage_{level}_{length}"].mean()) - int(level) / 100, DECIMALS),
        }
        for _, level, length in names
    ]
    return pd.DataFrame(rows, columns=["band", "gap"])


def _tuning(candidates: Iterable[Candidate]) -> pd.DataFrame:
    """A client's study that is shorter than others keeps its last value."""
    best: dict[str, list[pd.Series]] = {}
    for candidate in candidates:
        errors = pd.Series(
            [trial.get("wape") for trial in candidate.trials if trial["state"] == "complete"], dtype=float
        )
        if families.named(candidate.family).space is not None and len(errors) and errors.iloc[0] > 0:
            best.setdefault(candidate.family, []).append(errors.cummin() / errors.iloc[0])
    columns = {family: pd.concat(parts, axis=1).ffill().mean(axis=1) for family, parts in best.items()}
    table = pd.DataFrame(columns).ffill().round(DECIMALS)
    return table.replace([np.inf], np.nan).rename_axis(index="trial").reset_index()
