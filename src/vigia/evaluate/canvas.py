"""What all pictures share: a figure without a screen, the colours of models, and how a PNG is written."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from vigia.models import families

NAIVE_COLOURS = {"last_week": "#5A5A5A"}
"""Naive forecasts that are no family; all are grey."""


def colours() -> dict[str, str]:
    """Colour of each model, in the order of legends: the steadiest family first, the baseline next to naive ones."""
    ordered = sorted(families.steadiest_first(), key=lambda family: family in (families.BASELINE, families.LAST_DAY))
    return {**{family.name: family.colour for family in ordered}, **NAIVE_COLOURS}


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
