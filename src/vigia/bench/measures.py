"""Tables of judged cases: recall with intervals, benign changes raised, causes, delays."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.simulation.catalogue import CATALOGUE
from vigia.simulation.faults import DAY

DEPTHS = (0.15, 0.3, 0.5, 0.8)
DEPTH_NAMES = ("below 15 %", "15-30 %", "30-50 %", "50-80 %", "80 % and more")
LENGTHS = (6, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY)
LENGTH_NAMES = ("to 6 h", "1 day", "3 days", "7 days", "14 days", "30 days", "90 days", "longer")
DRAWS = 2000
SEED = 20240630
ALL = "all"


def table_of(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Rows of `run.judge`, kinds in the catalogue's order, with the classes of depth and length that tables are cut by.

    Depth is the mean change over the mean value of the first changed channel.
    """
    table = pd.DataFrame(rows)
    table = table.sort_values("fault_id", key=lambda ids: ids.map(list(CATALOGUE).index), kind="stable")
    table = table.reset_index(drop=True)
    edges = np.array(DEPTHS)
    depth = np.array(DEPTH_NAMES)[np.searchsorted(edges, table["severity"].fillna(0), side="right")]
    length = np.array(LENGTH_NAMES)[np.searchsorted(np.array(LENGTHS), table["hours"], side="left")]
    return table.assign(depth_class=depth, length_class=length)


def recall(table: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Faults found, by parameters, mode and kind (and a class), with `all` kinds together.

    Columns: `params, mode, fault_id, <by>, cases, clients, found, recall, low, high` (95 %, clients resampled),
    `cause_right` and `all_channels` (shares of those found), `delay_median_hours, delay_p90_hours` (past-only; a miss
    is infinite), `end_error_median_hours`, `others` (further events a case).
    """
    faults = _judged(table, benign=False)
    weights = resampled(faults)
    together = [faults, faults.assign(fault_id=ALL)]
    keys = ["params", "mode", "fault_id", *([by] if by else [])]
    rows = []
    for key, part in pd.concat(together, ignore_index=True).groupby(keys, sort=False):
        hit = part["found"].astype(bool)
        found = part[hit]
        low, high = interval(part["client_id"], hit.to_numpy(), weights)
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                "cases": len(part),
                "clients": part["client_id"].nunique(),
                "found": int(hit.sum()),
                "recall": float(hit.mean()),
                "low": low,
                "high": high,
                "cause_right": float(found["cause_right"].mean()) if len(found) else np.nan,
                "all_channels": float(found["all_channels"].mean()) if len(found) else np.nan,
                "delay_median_hours": _quantile(part, 0.5),
                "delay_p90_hours": _quantile(part, 0.9),
                "end_error_median_hours": float(found["end_error_hours"].median()) if len(found) else np.nan,
                "others": float(part["others"].mean()),
            }
        )
    return pd.DataFrame(rows)


def benign(table: pd.DataFrame) -> pd.DataFrame:
    """Benign changes raised as consumption: `params, mode, fault_id, cases, clients, raised, share, low, high`."""
    controls = _judged(table, benign=True)
    weights = resampled(controls)
    rows = []
    together = pd.concat([controls, controls.assign(fault_id=ALL)], ignore_index=True)
    for key, part in together.groupby(["params", "mode", "fault_id"], sort=False):
        hit = part["raised"].astype(bool)
        low, high = interval(part["client_id"], hit.to_numpy(), weights)
        rows.append(
            {
                **dict(zip(("params", "mode", "fault_id"), key, strict=True)),
                "cases": len(part),
                "clients": part["client_id"].nunique(),
                "raised": int(hit.sum()),
                "share": float(hit.mean()),
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows)


def causes(table: pd.DataFrame) -> pd.DataFrame:
    """What is said of faults that are found: `params, mode, fault_id, kind, cause, right, cases`."""
    faults = _judged(table, benign=False)
    found = faults[faults["found"].astype(bool)]
    keys = ["params", "mode", "fault_id", "kind", "cause", "cause_right"]
    counted = found.groupby(keys, as_index=False, sort=False).size()
    return counted.rename(columns={"cause_right": "right", "size": "cases"})


def _judged(table: pd.DataFrame, benign: bool) -> pd.DataFrame:
    return table[(table["status"] == "judged") & (table["benign"] == benign)]


def _quantile(part: pd.DataFrame, share: float) -> float:
    """Of delays in order, without a mean of two of them, which infinite ones do not have."""
    delays = part["delay_hours"].to_numpy(dtype=float)
    known = np.sort(delays[~np.isnan(delays)])
    return float(known[int(np.ceil(share * len(known))) - 1]) if len(known) else float("nan")


def resampled(table: pd.DataFrame) -> pd.DataFrame:
    """(clients, draws) how often each client is in each draw of as many clients."""
    clients = sorted(table["client_id"].unique())
    rng = np.random.default_rng(SEED)
    counts = rng.multinomial(len(clients), np.full(len(clients), 1 / max(len(clients), 1)), size=DRAWS)
    return pd.DataFrame(counts.T, index=clients)


def interval(clients: pd.Series, hit: npt.NDArray[np.bool_], weights: pd.DataFrame) -> tuple[float, float]:
    """95 % interval of a share; draws without any case say nothing."""
    place = weights.index.get_indexer(pd.Index(clients))
    hits = np.bincount(place, hit.astype(float), minlength=len(weights))
    cases = np.bincount(place, minlength=len(weights)).astype(float)
    drawn = weights.to_numpy()
    total = cases @ drawn
    shares = (hits @ drawn)[total > 0] / total[total > 0]
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)
