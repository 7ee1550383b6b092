"""The promise, a line a row: what is to be reached past-only, and what of it is.

A new line is a new entry of `PROMISE`, which says what of the judged cases counts; a new figure one of `FIGURES`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.bench import measures
from vigia.bench.alarms import MONTH_HOURS
from vigia.simulation.faults import DAY

MODE = "past_only"
NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Line:
    """One line of the promise.

    Attributes:
        what: in words.
        figure: which figure, a name of `FIGURES`.
        target: to be reached: at least that much of a recall or of right causes, at most that much of the others.
        kinds: faults that count; none = all.
        hours: shortest case that counts.
        depth: smallest mean change over mean value of the first changed channel that counts.
        days: for the detectable loss, the time within which it is found.
    """

    what: str
    figure: str
    target: float
    kinds: tuple[str, ...] = ()
    hours: int = 0
    depth: float = 0.0
    days: int = 0


PROMISE = (
    Line("zero block, from 1 day", "recall", 0.99, ("zero_block",), DAY),
    Line("reversed transformer, from 1 day", "recall", 0.99, ("reversed_transformer",), DAY),
    Line("near-zero floor, from 1 day", "recall", 0.99, ("near_zero_floor",), DAY),
    Line("stuck, from 1 day", "recall", 0.99, ("stuck", "stuck_active"), DAY),
    Line("voltage swell, from 1 day", "recall", 0.99, ("voltage_swell",), DAY),
    Line("cut of at least 30 %, from 7 days", "recall", 0.95, ("constant_cut",), 7 * DAY, 0.3),
    Line("active energy alone cut, from 7 days", "recall", 0.90, ("constant_cut_active",), 7 * DAY),
    Line("wrong ratio, from 1 day", "recall", 0.90, ("wrong_ratio",), DAY),
    Line("slow ramp, by its end", "recall", 0.80, ("slow_ramp",)),
    Line("shape of the day at constant energy, from 14 days", "recall", 0.80, ("day_mean", "reversed_day"), 14 * DAY),
    Line("benign changes raised", "benign", 0.05),
    Line("cause right, of what is found", "cause", 0.80),
    Line("false alarms a client-month", "alarms", 0.10),
    Line("loss found of the median client within 14 days", "loss", 0.20, days=14),
    Line("loss found of the median client within 60 days", "loss", 0.10, days=60),
)


@dataclass(frozen=True)
class Reached:
    """A figure with its 95 % interval (clients resampled) and what it was made from; NaN where from nothing."""

    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    cases: int = 0
    unit: str = "cases"

    def meets(self, line: Line) -> bool | None:
        """Whether the figure itself, not its interval, is as promised; none where there is no figure."""
        if np.isnan(self.value):
            return None
        return self.value <= line.target if line.figure in AT_MOST else self.value >= line.target


def target_table(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """A row a set of parameters and line of the promise.

    Columns: `params, line, figure, asked` (`at least` or `at most`), `target, reached, cases, unit, low, high, met`,
    `false_alarms_a_month` at which all of it was reached.

    Args:
        tables: `cases` and `false_alarms`; without `detectable_loss` the lines that speak of it have no figure.
    """
    rows = []
    for name in tables["cases"]["params"].unique():
        mine = {key: table[table["params"] == name] for key, table in tables.items() if "params" in table}
        alarms = _alarms(mine, Line("", "alarms", 0.0)).value
        for line in PROMISE:
            reached = FIGURES[line.figure](mine, line)
            rows.append(
                {
                    "params": name,
                    "line": line.what,
                    "figure": line.figure,
                    "asked": "at most" if line.figure in AT_MOST else "at least",
                    "target": line.target,
                    "reached": reached.value,
                    "cases": reached.cases,
                    "unit": reached.unit,
                    "low": reached.low,
                    "high": reached.high,
                    "met": reached.meets(line),
                    "false_alarms_a_month": alarms,
                }
            )
    return pd.DataFrame(rows)


def spoken_of(cases: pd.DataFrame, line: Line) -> pd.DataFrame:
    """Judged past-only cases of faults that the line speaks of."""
    wanted = (cases["status"] == "judged") & (cases["mode"] == MODE) & ~cases["benign"].astype(bool)
    wanted &= (cases["hours"] >= line.hours) & (cases["severity"] >= line.depth)
    return cases[wanted & cases["fault_id"].isin(line.kinds)] if line.kinds else cases[wanted]


def wilson(share: float, cases: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927): none of few cases missed is no proof that none ever is.

    >>> [round(limit, 2) for limit in wilson(1.0, 16)]
    [0.81, 1.0]
    """
    square = NORMAL_95**2 / cases
    middle = (share + square / 2) / (1 + square)
    half = NORMAL_95 * np.sqrt(share * (1 - share) / cases + square / (4 * cases)) / (1 + square)
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)


def _recall(tables: Mapping[str, pd.DataFrame], line: Line) -> Reached:
    return _share(spoken_of(tables["cases"], line), "found")


def _cause(tables: Mapping[str, pd.DataFrame], line: Line) -> Reached:
    faults = spoken_of(tables["cases"], line)
    return _share(faults[faults["found"].astype(bool)], "cause_right")


def _benign(tables: Mapping[str, pd.DataFrame], line: Line) -> Reached:
    del line
    cases = tables["cases"]
    wanted = (cases["status"] == "judged") & (cases["mode"] == MODE) & cases["benign"].astype(bool)
    return _share(cases[wanted], "raised")


def _share(part: pd.DataFrame, column: str) -> Reached:
    """The wider one of the intervals over clients and over cases."""
    if not len(part):
        return Reached()
    hit = part[column].to_numpy(dtype=bool)
    share = float(hit.mean())
    low, high = measures.interval(part["client_id"], hit, measures.resampled(part))
    least, most = wilson(share, len(part))
    return Reached(share, min(low, least), max(high, most), len(part))


def _alarms(tables: Mapping[str, pd.DataFrame], line: Line) -> Reached:
    """Consumption and supply together, over the clean months of all clients."""
    del line
    mine = tables["false_alarms"]
    fleet, by_client = (mine[(mine["client_id"] == measures.ALL) == wanted] for wanted in (True, False))
    if not len(fleet):
        return Reached()
    by_client = by_client.set_index("client_id")[["consumption", "supply", "clean_hours", "clean_supply_hours"]]
    weights = measures.resampled(by_client.reset_index())
    drawn = weights.to_numpy().T @ by_client.loc[weights.index].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = MONTH_HOURS * (drawn[:, 0] / drawn[:, 2] + np.nan_to_num(drawn[:, 1] / drawn[:, 3]))
    low, high = np.nanquantile(rates, [0.025, 0.975])
    months = round(float(fleet["clean_hours"].iloc[0]) / MONTH_HOURS)
    return Reached(float(fleet["a_month"].iloc[0]), float(low), float(high), months, "client-months")


def _loss(tables: Mapping[str, pd.DataFrame], line: Line) -> Reached:
    """Of clients with a place for a cut; one whose largest cut is not found counts as infinite."""
    if "detectable_loss" not in tables:
        return Reached(unit="clients")
    mine = tables["detectable_loss"].dropna(subset=[f"smallest_{line.days}"])
    cuts = mine[f"smallest_{line.days}"].to_numpy(dtype=float)
    if not len(cuts):
        return Reached(unit="clients")
    rng = np.random.default_rng(measures.SEED)
    drawn = rng.choice(cuts, (measures.DRAWS, len(cuts)))
    low, high = np.quantile(_medians(drawn), [0.025, 0.975], method="inverted_cdf")
    return Reached(float(_medians(cuts[None])[0]), float(low), float(high), len(cuts), "clients")


def _medians(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of each row, one of its own values: a mean of two would be infinite with one of them."""
    return np.asarray(np.quantile(values, 0.5, axis=1, method="inverted_cdf"))


FIGURES: Mapping[str, Callable[[Mapping[str, pd.DataFrame], Line], Reached]] = {
    "recall": _recall,
    "benign": _benign,
    "cause": _cause,
    "alarms": _alarms,
    "loss": _loss,
}
AT_MOST = ("benign", "alarms", "loss")
