"""Which limits a half of the clients would choose: pure functions of what each limit says of each client."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

CHANNELS = ("active", "reactive", "voltage")
COUNTS = [f"{what}_{channel}" for channel in CHANNELS for what in ("true", "false", "missed")]
MOST_ALARMS = 0.05
DRAWS, SEED = 500, 1


def judged(table: pd.DataFrame, candidates: Sequence[str]) -> pd.DataFrame:
    """A row a candidate over the clients of `table`: F1 of days by channel, their mean, false alarms a client-month.

    Args:
        table: a row a candidate and client: `COUNTS` of days, `alarms`, `months`.
        candidates: columns that tell them apart.
    """
    sums = table.groupby(list(candidates), as_index=False)[[*COUNTS, "alarms", "months"]].sum()
    for channel in CHANNELS:
        hits = sums[f"true_{channel}"]
        wrong = sums[f"false_{channel}"] + sums[f"missed_{channel}"]
        sums[f"f1_{channel}"] = np.where(hits > 0, 2 * hits / np.maximum(2 * hits + wrong, 1), 0.0)
    sums["f1"] = sums[[f"f1_{channel}" for channel in CHANNELS]].mean(axis=1)
    return sums.assign(a_month=sums["alarms"] / sums["months"])


def best(table: pd.DataFrame, candidates: Sequence[str]) -> pd.Series:
    """The candidate with the best mean F1 of those that raise few enough false alarms, else the one with the fewest."""
    rows = judged(table, candidates)
    few = rows[rows["a_month"] <= MOST_ALARMS]
    if few.empty:
        return rows.sort_values(["a_month", "f1"], ascending=[True, False]).iloc[0]
    return few.sort_values(["f1", "a_month"], ascending=[False, True]).iloc[0]


def careful(table: pd.DataFrame, candidates: Sequence[str]) -> pd.Series:
    """The widest candidate that is no worse than the best by more than its standard error, and raises no more.

    What few clients cannot tell apart is decided for the wider limits (one standard error, Breiman et al. 1984). The
    error is that of the mean F1 when clients are drawn anew.
    """
    leader = best(table, candidates)
    mine = table[(table[list(candidates)] == leader[list(candidates)]).all(axis=1)].reset_index(drop=True)
    rng = np.random.default_rng(SEED)
    drawn = [judged(mine.iloc[rng.integers(len(mine), size=len(mine))], candidates)["f1"].iloc[0] for _ in range(DRAWS)]
    rows = judged(table, candidates)
    as_good = rows[(rows["f1"] >= leader["f1"] - np.std(drawn)) & (rows["a_month"] <= leader["a_month"] + 1e-12)]
    width = np.log(as_good[list(candidates)]).sum(axis=1)
    widest: pd.Series = as_good.loc[width.idxmax()]
    return widest
