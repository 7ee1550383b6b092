"""Errors of networks, of the families of the last run, and of combinations with a network, by client and window."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.fleet import Client
from benchmarks.paired import paired
from vigia import metrics, splits
from vigia.models.experts import heard, joined
from vigia.models.families.combination import MEMBERS, PRIOR

Matrix = npt.NDArray[np.float64]

TODAY = "combination"
REFERENCE = MEMBERS[0]
FAMILIES = (*MEMBERS, "lstm")


def combined(values: Mapping[str, Matrix], priors: Mapping[str, float], actual: Matrix) -> Matrix:
    """(days, 24) weighted median of the members that have a prior, with weights that follow their errors."""
    chosen = {name: values[name] for name in priors if name in values}
    totals = np.stack([each.sum(axis=1) for each in chosen.values()], axis=1)
    reference = list(chosen).index(REFERENCE) if REFERENCE in chosen else 0
    weights, _ = heard(totals, actual, [priors[name] for name in chosen], reference)
    return joined(np.stack(list(chosen.values())), weights[:-1])


def combinations(networks: Iterable[str]) -> dict[str, dict[str, float]]:
    """Priors of members by name of a combination.

    Today's; with each network as a further member, also one that is heard half; with it in the place of each member.

    >>> list(combinations(["blocks"]))[:3]
    ['combination', 'combination + blocks', 'combination + half blocks']
    """
    today = {name: PRIOR.get(name, 1.0) for name in MEMBERS}
    found = {TODAY: today}
    for network in networks:
        found[f"{TODAY} + {network}"] = {**today, network: 1.0}
        found[f"{TODAY} + half {network}"] = {**today, network: 0.5}
        for left_out in MEMBERS:
            kept = {name: prior for name, prior in today.items() if name != left_out}
            found[f"{TODAY} + {network} - {left_out}"] = {**kept, network: 1.0}
    return found


def client_scores(client: Client, test_share: float, values: Mapping[str, Matrix]) -> list[dict[str, object]]:
    """A row a window and model: WAPE of daily totals on the whole days that every combination forecasts.

    A model that lacks some of these days has its error on the others, and none where it lacks all.

    Args:
        client: whose.
        test_share: length of a window.
        values: (days, 24) kWh by model; NaN where one says nothing.
    """
    history = client.history
    rows: list[dict[str, object]] = []
    together = [each for name, each in values.items() if name.startswith(TODAY)]
    known = history.whole_days & np.all([np.isfinite(each).all(axis=1) for each in together], axis=0)
    for window, days in splits.windows(history.days, test_share).items():
        scored = days[known[days]]
        actual = history.values[scored].sum(axis=1)
        for model, each in values.items():
            error = metrics.wape(actual, each[scored].sum(axis=1))
            head = {"client_id": client.client_id, "window": window, "model": model}
            count = int(np.isfinite(each[scored]).all(axis=1).sum())
            rows.append({**head, "n_days": count, "wape_day": error})
    return rows


def summary(scores: pd.DataFrame, rival: str, distinct: Sequence[str]) -> pd.DataFrame:
    """By window and model: mean and median over all clients, and the paired difference to `rival`.

    Differences, their 95 % interval and numbers of better clients are over `distinct`, in which duplicates count once.
    """
    rows = []
    for window in splits.WINDOWS:
        errors = scores[scores["window"] == window].pivot(index="client_id", columns="model", values="wape_day")
        for model in dict.fromkeys(scores["model"]):
            counted = errors.loc[[client for client in errors.index if client in set(distinct)]]
            against = paired(counted[model].to_numpy(dtype=float), counted[rival].to_numpy(dtype=float))
            rows.append(
                {
                    "window": window,
                    "model": model,
                    "clients": int(errors[model].notna().sum()),
                    "wape_day_mean": errors[model].mean(),
                    "wape_day_median": errors[model].median(),
                    "difference": against.difference,
                    "difference_low": against.low,
                    "difference_high": against.high,
                    "better": against.better,
                    "worse": against.worse,
                }
            )
    return pd.DataFrame(rows)
