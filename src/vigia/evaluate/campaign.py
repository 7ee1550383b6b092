"""The picture of a campaign: how families compare over the fleet, window by window and client by client."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator

from vigia import splits
from vigia.evaluate.canvas import blank, colours, save

TITLES = {
    "test": "test slice",
    "earlier_1": "window before the test slice",
    "earlier_2": "second window before the test slice",
}
CHOSEN = "chosen"
FLOOR = 0.001
"""Errors are drawn on a logarithmic axis; a smaller one is drawn here."""


def campaign_picture(windows: pd.DataFrame, path: Path) -> Path:
    """WAPE of daily totals by model, as PNG: over clients in each window, and for each client on the test slice.

    The number of clients that a model has a forecast for stands behind its name, its median above its box.

    Args:
        windows: forecast scores by window of all clients.
        path: file to write.
    """
    every = windows[windows["days"] == "all"].assign(wape_day=lambda rows: rows["wape_day"].clip(lower=FLOOR))
    clients = int(every["client_id"].nunique())
    figure = blank(max(11.0, 0.3 * clients + 4), 10, top=0.6)
    grid = figure.add_gridspec(2, len(splits.WINDOWS), hspace=0.48, wspace=0.06)
    order = [model for model in colours() if model in set(every["model"])]
    first = None
    for column, name in enumerate(reversed(splits.WINDOWS)):
        axes = figure.add_subplot(grid[0, column], sharey=first)
        _boxes(axes, every[every["window"] == name], order)
        axes.set_title(TITLES[name], pad=18)
        if first is None:
            axes.set_ylabel("WAPE of daily totals, %")
            first = axes
        else:
            axes.tick_params(axis="y", labelleft=False)
    _by_client(figure.add_subplot(grid[1, :]), every[every["window"] == "test"], order)
    return save(figure, path)


def _boxes(axes: Axes, window: pd.DataFrame, order: list[str]) -> None:
    """A box a model, and one of the chosen models, with each client as a dot."""
    errors = {CHOSEN: window.loc[window["chosen"], "wape_day"]}
    errors |= {model: window.loc[window["model"] == model, "wape_day"] for model in order}
    values = [100 * part.dropna().to_numpy() for part in errors.values()]
    places = range(1, len(values) + 1)
    boxes = axes.boxplot(
        values,
        positions=places,
        widths=0.6,
        whis=(10, 90),
        showfliers=False,
        patch_artist=True,
        medianprops={"color": "black"},
    )
    spread = np.random.default_rng(1)
    for place, model, part, box in zip(places, errors, values, boxes["boxes"], strict=True):
        colour = colours().get(model, "black")
        box.set(facecolor=colour, alpha=0.2 if model == CHOSEN else 0.5)
        axes.plot(place + spread.uniform(-0.2, 0.2, len(part)), part, "o", color=colour, ms=3, markeredgewidth=0)
        if len(part):
            median = f"{np.median(part):.1f}"
            axes.text(place, 1.02, median, transform=axes.get_xaxis_transform(), ha="center", fontsize="small")
    labels = [f"{model} ({len(part)})" for model, part in zip(errors, values, strict=True)]
    axes.set_xticks(places, labels, rotation=40, ha="right", rotation_mode="anchor")
    _percent(axes)


def _by_client(axes: Axes, test: pd.DataFrame, order: list[str]) -> None:
    """A dot a client and model, clients sorted by the error of the chosen model, which is circled."""
    chosen = test[test["chosen"]].sort_values("wape_day").set_index("client_id")
    clients = chosen.index.tolist()
    place = {client: number for number, client in enumerate(clients)}
    for model in order:
        part = test[test["model"] == model]
        marker, size = ("_", 9) if model.startswith("last_") else ("o", 5)
        at, errors = part["client_id"].map(place), 100 * part["wape_day"]
        axes.plot(at, errors, marker, markersize=size, color=colours()[model], label=model)
    best = 100 * chosen["wape_day"]
    axes.plot(range(len(clients)), best, "o", markersize=10, mfc="none", color="black", label=CHOSEN)
    axes.set_xticks(range(len(clients)), clients, rotation=90 if len(clients) > 30 else 0)
    axes.set(xlabel="client", ylabel="WAPE of daily totals, test slice, %")
    axes.margins(x=0.02)
    axes.legend(
        ncols=len(order) + 1,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        frameon=False,
        handletextpad=0.1,
        columnspacing=1.2,
        fontsize="small",
    )
    _percent(axes)


def _percent(axes: Axes) -> None:
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(FuncFormatter(lambda _value, _: ""))
    axes.grid(axis="y", color="0.9")
    axes.set_axisbelow(True)
