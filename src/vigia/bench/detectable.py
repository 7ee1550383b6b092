"""The smallest constant cut that is found within a fortnight, a month, two: by client, beside the client's noise."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from vigia.bench.cases import Case
from vigia.bench.subjects import Subject
from vigia.simulation.catalogue import fault_of
from vigia.simulation.faults import DAY

CUTS = (0.05, 0.075, 0.10, 0.15, 0.20, 0.30, 0.50)
WITHIN_DAYS = (14, 30, 60)
FAULT = "constant_cut"
WANTED_RECALL = 0.9
NOISE_WEEKS = 8
MAD_TO_SIGMA = 1.4826


def draw_cuts(subjects: Sequence[Subject], onsets: int, seed: int) -> list[Case]:
    """Cuts of active and reactive energy that go on for 60 days, at the same onsets for each size.

    A client without 88 clean days in a row has none.
    """
    fault, length = fault_of(FAULT), WITHIN_DAYS[-1] * DAY
    cases = []
    for number, subject in enumerate(subjects):
        rng = np.random.default_rng([seed, number])
        starts = subject.starts(fault, length)
        if not len(starts):
            continue
        for start in rng.choice(starts, min(onsets, len(starts)), replace=False).tolist():
            span = subject.series.at(start), subject.series.at(start + length)
            cases += [Case(subject.client_id, FAULT, *span, start, depth=1 - cut, after_hours=0) for cut in CUTS]
    return cases


def recall_table(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """`params, client_id, cut, days, onsets, found, recall` of judged cuts, past-only."""
    table = pd.DataFrame([row for row in rows if row["status"] == "judged" and row["mode"] == "past_only"])
    parts = []
    for days in WITHIN_DAYS:
        seen = table.assign(found=table["delay_hours"] <= days * DAY, cut=(1 - table["depth"]).round(6), days=days)
        parts.append(
            seen.groupby(["params", "client_id", "cut", "days"], as_index=False, sort=False)["found"].agg(
                ["size", "sum"]
            )
        )
    out = pd.concat(parts, ignore_index=True).rename(columns={"size": "onsets", "sum": "found"})
    return out.assign(recall=out["found"] / out["onsets"])


def smallest_cuts(recalls: pd.DataFrame, noise: dict[str, float]) -> pd.DataFrame:
    """`params, client_id, noise, onsets, smallest_14, smallest_30, smallest_60`.

    The smallest cut that is found with recall 0.9, as are all larger ones; infinite where the largest is not. Clients
    without a place for a cut have no row in `recalls` and null figures here.
    """
    rows = []
    for name, part in recalls.groupby("params", sort=False):
        for client, sigma in noise.items():
            mine = part[part["client_id"] == client]
            row = {
                "params": name,
                "client_id": client,
                "noise": sigma,
                "onsets": int(mine["onsets"].max() or 0) if len(mine) else 0,
            }
            for days in WITHIN_DAYS:
                by_cut = mine[mine["days"] == days].sort_values("cut", ascending=False)
                row[f"smallest_{days}"] = _smallest(by_cut) if len(by_cut) else np.nan
            rows.append(row)
    return pd.DataFrame(rows)


def noise_of(subject: Subject) -> float:
    """Robust standard deviation of the logarithm of daily totals over the median of the same weekday before them.

    Of days without masked hours; the median is that of the last eight such days of the same weekday.
    """
    daily = subject.series.daily("active", min_hours=24)
    masked = np.zeros(24 * len(daily), dtype=bool)
    masked[: subject.series.hours] = subject.masked
    usable = np.isfinite(daily) & (daily > 0) & ~masked.reshape(-1, 24).any(axis=1)
    ratios: list[float] = []
    for weekday in range(7):
        days = np.log(daily[weekday::7][usable[weekday::7]])
        if len(days) > NOISE_WEEKS:
            before = np.lib.stride_tricks.sliding_window_view(days[:-1], NOISE_WEEKS)
            ratios += (days[NOISE_WEEKS:] - np.median(before, axis=1)).tolist()
    if not ratios:
        return float("nan")
    return MAD_TO_SIGMA * float(np.median(np.abs(np.array(ratios) - np.median(ratios))))


def _smallest(by_cut: pd.DataFrame) -> float:
    """Of rows from the largest cut to the smallest."""
    smallest = float("inf")
    for cut, recall in zip(by_cut["cut"], by_cut["recall"], strict=True):
        if recall < WANTED_RECALL:
            break
        smallest = float(cut)
    return smallest
