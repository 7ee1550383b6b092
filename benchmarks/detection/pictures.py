"""Heat maps of recall, and curves of the loss that is found."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from vigia.bench import measures
from vigia.bench.detectable import WITHIN_DAYS
from vigia.evaluate.canvas import blank, save

NEVER = 0.7
"""Where a client stands whose largest cut is not found."""


def heat_map(table: pd.DataFrame, by: str, columns: Sequence[str], title: str, path: Path) -> Path:
    """Recall by kind (rows) and class (columns); the number of cases stands below it."""
    kinds = [kind for kind in table["fault_id"].unique() if kind != measures.ALL] + [measures.ALL]
    names = [name for name in columns if name in set(table[by])]
    share, cases = (
        table.pivot(index="fault_id", columns=by, values=value).reindex(index=kinds, columns=names)
        for value in ("recall", "cases")
    )
    figure = blank(2.4 + 0.95 * len(names), 1.1 + 0.3 * len(kinds), left=2.0, bottom=0.5)
    axes = figure.add_subplot()
    shares, counts = share.to_numpy(dtype=float), cases.to_numpy(dtype=float)
    axes.imshow(shares, cmap="YlGnBu", vmin=0, vmax=1, aspect="auto")
    for row in range(len(kinds)):
        for column in range(len(names)):
            value = shares[row, column]
            if np.isfinite(value):
                text = f"{value:.2f} ({counts[row, column]:.0f})"
                colour = "white" if value > 0.6 else "black"
                axes.text(column, row, text, ha="center", va="center", fontsize=8, color=colour)
    axes.set_xticks(range(len(names)), names, fontsize=8)
    axes.set_yticks(range(len(kinds)), kinds, fontsize=8)
    axes.set_title(title, fontsize=10)
    return save(figure, path)


def cut_curves(recalls: pd.DataFrame, title: str, path: Path) -> Path:
    """Recall against the size of a cut: thin by client, thick the mean, a panel a time."""
    figure = blank(11, 3.8)
    panels = figure.subplots(1, len(WITHIN_DAYS), sharey=True)
    for axes, days in zip(panels, WITHIN_DAYS, strict=True):
        part = recalls[recalls["days"] == days]
        for _, mine in part.groupby("client_id"):
            axes.plot(100 * mine["cut"], mine["recall"], color="#9A9A9A", linewidth=0.7)
        mean = part.groupby("cut")["recall"].mean()
        axes.plot(100 * mean.index, mean, color="#0072B2", linewidth=2.5, marker="o")
        axes.axhline(0.9, color="#D55E00", linewidth=0.8, linestyle="--")
        axes.set_title(f"{title}, within {days} days", fontsize=9)
        axes.set_xlabel("cut, %")
    panels[0].set_ylabel("recall")
    return save(figure, path)


def cut_by_noise(smallest: pd.DataFrame, title: str, path: Path) -> Path:
    """Smallest cut found against the client's noise; those that are never found stand above the line."""
    figure = blank(7, 5)
    axes = figure.add_subplot()
    for days, colour, size in zip(WITHIN_DAYS, ("#CC79A7", "#009E73", "#0072B2"), (110, 55, 16), strict=True):
        cuts = smallest[f"smallest_{days}"].replace(np.inf, NEVER)
        axes.scatter(100 * smallest["noise"], 100 * cuts, s=size, color=colour, label=f"{days} days")
    axes.axhline(100 * (NEVER - 0.1), color="#9A9A9A", linewidth=0.8)
    axes.set_ylim(0, 100 * NEVER + 5)
    axes.set_xlabel("noise of daily totals, % (robust standard deviation)")
    axes.set_ylabel("smallest cut found with recall 0.9, %")
    axes.set_title(title, fontsize=10)
    axes.legend(fontsize=8)
    return save(figure, path)
