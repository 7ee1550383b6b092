"""A picture of events of one client: what was measured, what was to be expected, and from when to when they differ."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

MEASURED, EXPECTED, EVENT, ALERT = "#000000", "#0072B2", "#E69F00", "#D55E00"
"""Told apart by readers of all kinds of sight (Okabe & Ito 2008)."""
NO_LABEL = "_nolegend_"
MOST_MARKERS = 200


class Picture(Figure):
    """A figure that a notebook shows by itself; nothing of it is kept for the life of the process, as pyplot does."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=100)
        return buffer.getvalue()


@dataclass(frozen=True)
class Marked:
    """One event, in local times without a zone: when it began and ended, and when it was first known."""

    start: pd.Timestamp
    end: pd.Timestamp
    alert: pd.Timestamp | None


def event_picture(curves: pd.DataFrame, events: Sequence[Marked], title: str, unit: str) -> Picture:
    """Draw them.

    Args:
        curves: local times without a zone as index; `measured`, and where known `expected`, `lower`, `upper`.
        events: to be marked.
        title: heading.
        unit: of all curves, with the time that a value is for.
    """
    figure = Picture(figsize=(10, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    if "upper" in curves and curves["upper"].notna().any():
        lower, upper = curves["lower"], curves["upper"]
        axes.fill_between(curves.index, lower, upper, color=EXPECTED, alpha=0.2, linewidth=0, label="band")
    if "expected" in curves:
        axes.plot(curves.index, curves["expected"], color=EXPECTED, linewidth=1.2, label="expected")
    marker = "." if len(curves) <= MOST_MARKERS else None
    axes.plot(curves.index, curves["measured"], color=MEASURED, linewidth=1, marker=marker, label="measured")
    for number, event in enumerate(events):
        span = date2num(event.start), date2num(event.end)
        axes.axvspan(*span, color=EVENT, alpha=0.2, linewidth=0, label="event" if number == 0 else NO_LABEL)
    alerts = [event.alert for event in events if event.alert is not None]
    for number, alert in enumerate(alerts):
        label = "first alert" if number == 0 else NO_LABEL
        axes.axvline(date2num(alert), color=ALERT, linestyle="--", linewidth=1, label=label)
    axes.set(ylabel=unit)
    axes.set_title(title, loc="left", fontsize="medium")
    axes.margins(x=0.01)
    dates = AutoDateLocator()
    axes.xaxis.set(major_locator=dates, major_formatter=ConciseDateFormatter(dates))
    axes.legend(loc="best", fontsize="small", ncols=3)
    return figure
