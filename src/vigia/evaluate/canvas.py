"""What all pictures share: a figure without a screen, the colours of models, and how a PNG is written."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

MODEL_COLOURS = {
    "combination": "#D55E00",
    "fleet": "#0072B2",
    "xgboost": "#56B4E9",
    "autoregression": "#E69F00",
    "lstm": "#009E73",
    "seasonal": "#CC79A7",
    "last_day": "#9A9A9A",
    "last_week": "#5A5A5A",
}
"""By Okabe & Ito (2008), told apart by readers of all kinds of sight; the naive forecasts are grey."""


def blank(
    width: float, height: float, left: float = 0.8, bottom: float = 0.55, right: float = 0.2, top: float = 0.4
) -> Figure:
    """An empty figure of `width` x `height` inches with margins in inches.

    Margins are given, because a layout engine draws everything twice.
    """
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    figure.subplots_adjust(left / width, bottom / height, 1 - right / width, 1 - top / height)
    return figure


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG, the same bytes for the same content; returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=80, metadata={"Software": None})
    return path
