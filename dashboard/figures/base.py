"""A chart: a figure that hvplot made once of empty data, of which afterwards only the data change.

A page that builds a figure anew at each filter change takes seconds; new columns in the data source that the
browser already draws take a tenth of one. What would make Bokeh lay out the page again is kept constant: labels have
one width, heights are given, legends are markup beside the figure. Times are local wall times.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import holoviews as hv
import hvplot.pandas  # noqa: F401 # gives frames their `hvplot`
import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, CustomJSTickFormatter, DatetimeTickFormatter, HoverTool, Range1d
from bokeh.models.annotations import Legend
from bokeh.plotting import figure as Figure

Columns = Mapping[str, Any]
"""Sequences or arrays of one length by the name of their column."""

INK = {False: "#424242", True: "#d6d6d6"}
GRID = {False: "#e0e0e0", True: "#3a3a3a"}
CLOCK = DatetimeTickFormatter(
    hours="%H:%M", hourmin="%H:%M", days="%d/%m", months="%m/%Y", years="%Y", minutes="%H:%M", seconds="%H:%M"
).properties_with_values(include_defaults=False)
DIGITS = "ui-monospace, 'DejaVu Sans Mono', Consolas, monospace"
PAD = "\u2007"
SAME_WIDTH = "return tick.toLocaleString('en-US', {maximumFractionDigits: 2}).padStart(8, '\\u2007')"


@dataclass(frozen=True)
class Chart:
    """A figure and the data sources that are updated in place."""

    figure: Figure
    sources: Mapping[str, ColumnDataSource]

    def update(self, source: str, columns: Columns) -> None:
        """Put new columns into the data source `source`."""
        put(self.sources[source], columns)

    def frame(self, x: tuple[Any, Any] | None = None, y: tuple[float, float] | None = None) -> None:
        """Set what the axes show, also after a reset."""
        for axis, limits in ((self.figure.x_range, x), (self.figure.y_range, y)):
            if limits is not None:
                axis.update(start=limits[0], end=limits[1], reset_start=limits[0], reset_end=limits[1])

    def paint(self, dark: bool) -> None:
        """Letters and lines that are read on the theme's paper."""
        ink, grid = INK[dark], GRID[dark]
        for axis in self.figure.axis:
            axis.update(major_label_text_color=ink, axis_label_text_color=ink, axis_line_color=grid)
            axis.update(major_tick_line_color=grid, minor_tick_line_color=None)
        for line in self.figure.grid:
            line.grid_line_color = grid


def put(source: ColumnDataSource, columns: Columns) -> None:
    """New columns for a data source; numbers travel in single precision, which is more than a screen shows."""
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    source.data = {name: a.astype("float32") if a.dtype == "float64" else a for name, a in arrays.items()}


def label_of(name: str, width: int = 14) -> str:
    """A name as an axis label of one width, ended with an ellipsis where it is longer."""
    return (name if len(name) <= width else f"{name[: width - 1]}…").rjust(width, PAD)


def labels_of(names: Sequence[str]) -> list[str]:
    """Names as axis labels that are all different: a label twice would be drawn as one bar.

    >>> [label.strip() for label in labels_of(["Cliente largo 1", "Cliente largo 2"])]
    ['Cliente largo…', 'Cliente lar… 2']
    """
    labels: list[str] = []
    for name in names:
        label, times = label_of(name), 1
        while label in labels:
            times += 1
            label = label_of(f"{label_of(name, 12).strip()} {times}")
        labels.append(label)
    return labels


def source_of(*columns: str, time: str = "timestamp") -> ColumnDataSource:
    """An empty data source with a column of times and columns of numbers."""
    return ColumnDataSource({time: no_times(), **{name: np.array([], dtype="float32") for name in columns}})


def hours_axis() -> Range1d:
    """A time axis, to be shared by charts that move together."""
    start = pd.Timestamp("2024-01-01")
    return Range1d(start=start, end=start + pd.Timedelta(hours=1))


def line_chart(
    columns: Mapping[str, tuple[str, str]], unit: str, height: int, source: ColumnDataSource, axis: Range1d, time: str
) -> Figure:
    """Lines over time.

    Args:
        columns: label and colour of each line by its column in `source`, which names the renderer too.
        unit: of all lines.
        height: in pixels.
        source: data source with a column `timestamp`.
        axis: the time axis.
        time: what the hour is called where the pointer rests.
    """
    start = pd.Timestamp("2024-01-01")
    empty = pd.DataFrame(
        {"timestamp": [start, start + pd.Timedelta(hours=1)], **{name: [0.0, 1.0] for name in columns}}
    )

    def curve(name: str) -> Any:
        label, colour = columns[name]
        return empty.hvplot.line(
            x="timestamp", y=name, label=label, color=colour, responsive=True, height=height, line_width=1
        )

    names = list(columns)
    figure = rendered(lambda: hv.Overlay([curve(name) for name in names]) if len(names) > 1 else curve(names[0]))
    drawn: list[Any] = list(figure.renderers)
    for renderer, name in zip(drawn, columns, strict=True):
        renderer.name = name
        renderer.glyph.update(x="timestamp", y=name)
        renderer.data_source = source
    dress(figure, unit, [])
    figure.xaxis.update(formatter=DatetimeTickFormatter(**CLOCK), axis_label=None)
    figure.x_range = axis
    for renderer, (name, (label, _)) in zip(drawn, columns.items(), strict=True):
        tips = [(time, "@timestamp{%d/%m/%Y %H:%M}"), (label, f"@{name}{{0,0.0}} {unit}")]
        figure.add_tools(HoverTool(renderers=[renderer], tooltips=tips, formatters={"@timestamp": "datetime"}))
    figure.center = [item for item in figure.center if not isinstance(item, Legend)]
    return figure


def rendered(element: Callable[[], Any]) -> Figure:
    """The Bokeh figure of an hvplot element, which is made here.

    HoloViews keeps the options of every element for the life of the process. Once the figure is made nothing asks for
    them again, so they are taken out.
    """
    kept = hv.Store.custom_options(backend="bokeh")
    before = set(kept)
    figure: Figure = hv.render(element().opts(toolbar="above"), backend="bokeh")
    for added in set(kept) - before:
        del kept[added]
    return figure


def dress(figure: Figure, unit: str, tips: list[tuple[str, str]]) -> None:
    """The page's looks for a figure."""
    figure.update(
        background_fill_color=None, border_fill_color=None, outline_line_color=None, title=None,
        sizing_mode="stretch_width", min_border_left=10, min_border_right=12,
        output_backend="canvas",  # WebGL reads each picture back from the graphics card, or its emulation: 40 ms
    )  # fmt: skip
    figure.toolbar.tools = [tool for tool in figure.toolbar.tools if not isinstance(tool, HoverTool)]
    if tips:
        figure.add_tools(HoverTool(tooltips=tips))
    figure.toolbar.logo = None
    figure.toolbar.autohide = True
    figure.toolbar.active_scroll = None
    figure.yaxis.axis_label = unit or None
    if unit:
        figure.yaxis.update(formatter=CustomJSTickFormatter(code=SAME_WIDTH), major_label_text_font=DIGITS)


def times(stamps: Iterable[str | None]) -> np.ndarray:
    """Local wall times of ISO 8601 stamps with offset; an absent one is `NaT`.

    >>> times(["2024-03-05T07:00:00-05:00", None]).astype(str).tolist()
    ['2024-03-05T07:00:00.000', 'NaT']
    """
    return np.array([stamp[:19] if stamp else "NaT" for stamp in stamps], dtype="datetime64[ms]")


def values(column: Iterable[float | None]) -> np.ndarray:
    """Numbers of a column with nulls."""
    return np.array(list(column), dtype="float64")


def limits(*columns: np.ndarray, from_zero: bool = False) -> tuple[float, float]:
    """A range that holds all numbers, with a little air.

    >>> limits(np.array([0.0, 100.0]))
    (-5.0, 105.0)
    """
    known = np.concatenate([column[np.isfinite(column)] for column in columns]) if columns else np.array([])
    if not known.size:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    if from_zero:
        low = min(low, 0.0)
    air = 0.05 * (high - low) or max(abs(high) * 0.05, 1.0)
    return (low if from_zero and low == 0 else low - air), high + air


def no_times() -> np.ndarray:
    """An empty column of times."""
    return np.array([], dtype="datetime64[ms]")
