"""Whether bands mean what they say: coverage with an interval of its own, interval score and width, client by client.

Which days are normal is an argument: outside the two-sided mask, or normal by a reference annotation.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia import metrics, splits
from vigia.config.sections.splits import SplitParams
from vigia.models.history import DailyHistory, Days, Flags, Matrix

WEEK = 7
INTERVAL = 0.99
DRAWS = 2000
SEED = 20240630


def weekly_bootstrap(
    inside: Flags, days: Days, share: float = INTERVAL, draws: int = DRAWS, seed: int = SEED
) -> tuple[float, float]:
    """Interval of a coverage, from whole weeks drawn with replacement (Kuensch 1989, without overlap).

    The hours of a day, and the days of a week, miss together; single hours would give an interval that is too narrow.

    Args:
        inside: (n, values a day) whether each value lies inside its band.
        days: (n,) number of each day, which says its week.
        share: probability of the interval.
        draws: how many fleets of weeks are drawn.
        seed: of the draws.
    """
    if not len(days):
        return float("nan"), float("nan")
    _, week = np.unique(days // WEEK, return_inverse=True)
    hits = np.bincount(week, inside.sum(axis=1))
    values = np.bincount(week).astype(float) * inside.shape[1]
    drawn = np.random.default_rng(seed).integers(0, len(hits), (draws, len(hits)))
    low, high = np.quantile(hits[drawn].sum(axis=1) / values[drawn].sum(axis=1), [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def band_values(
    history: DailyHistory, days: Days, band: pd.DataFrame, resolution: str
) -> tuple[Matrix, Matrix, Matrix]:
    """Actual, lower and upper of `days`: (n, 24) for hours, (n, 1) for daily totals.

    Args:
        history: the client's readings by day.
        days: which of them.
        band: rows of table `bands` of one mode, resolution and level.
        resolution: `hour` or `day`.
    """
    sides, actual = ("lower_kwh", "upper_kwh"), history.values[days]
    if resolution == "hour":
        lower, upper = (history.arrange(band, side)[days] for side in sides)
        return actual, lower, upper
    lower, upper = (history.arrange_days(band, side)[days, None] for side in sides)
    return history.totals(actual, days)[:, None], lower, upper


def client_coverage(
    client_id: str, history: DailyHistory, days: Days, bands: pd.DataFrame, mode: str = "past_only"
) -> pd.DataFrame:
    """A row a resolution and level of one client; widths and scores over the median load of `days`.

    Columns: `client_id, mode, resolution, level, n_days, coverage, coverage_low, coverage_high, holds,
    interval_score, width`. `holds` says whether the bootstrap interval contains the level. Days without a band are
    left out, and `n_days` counts the others.
    """
    load = float(np.nanmedian(np.abs(history.values[days]))) if len(days) else float("nan")
    load = load if load > 0 else float("nan")
    mine = bands[bands["mode"] == mode]
    rows = []
    for (resolution, level), band in mine.groupby(["resolution", "level"]):
        typical = load if resolution == "hour" else 24 * load
        actual, lower, upper = band_values(history, days, band, str(resolution))
        known = np.isfinite(actual + lower + upper).all(axis=1)
        actual, lower, upper = actual[known], lower[known], upper[known]
        inside = (actual >= lower) & (actual <= upper)
        low, high = weekly_bootstrap(inside, days[known])
        rows.append(
            {
                "client_id": client_id,
                "mode": mode,
                "resolution": resolution,
                "level": level,
                "n_days": int(known.sum()),
                "coverage": metrics.coverage(actual, lower, upper),
                "coverage_low": low,
                "coverage_high": high,
                "holds": bool(low <= float(str(level)) <= high),
                "interval_score": metrics.interval_score(actual, lower, upper, float(str(level))) / typical,
                "width": float(np.mean(upper - lower)) / typical if known.any() else float("nan"),
            }
        )
    return pd.DataFrame(rows)


def fleet_coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Means over clients of `client_coverage` rows, by mode, resolution and level, and for how many the level holds."""
    judged = table[table["n_days"] > 0]
    return judged.groupby(["mode", "resolution", "level"], as_index=False).agg(
        clients=("client_id", "nunique"),
        coverage=("coverage", "mean"),
        holds=("holds", "sum"),
        interval_score=("interval_score", "mean"),
        width=("width", "mean"),
    )


def judged_days(history: DailyHistory, params: SplitParams, normal: npt.NDArray[np.bool_]) -> Days:
    """Whole days of the test slice that are `normal` (days,)."""
    test = splits.cut(history.days, params.test_share, params.block_days).test
    return np.asarray(test[history.whole_days[test] & normal[test]])


def distinct(histories: dict[str, DailyHistory]) -> list[str]:
    """Clients without those whose readings another one before them has too: a duplicated feed counts once."""
    seen: set[bytes] = set()
    kept = []
    for client, history in histories.items():
        content = history.values.tobytes()
        if content not in seen:
            kept.append(client)
        seen.add(content)
    return kept
