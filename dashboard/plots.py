"""Figures of the client page: built once a session by hvplot, afterwards only their data changes.

A page that builds a figure anew at each filter change takes seconds; new columns in the data source that the
browser already draws take a tenth of one. So each builder returns a `Chart`: the Bokeh figure that hvplot made
of empty data, the data sources in it, and nothing else. Times are local wall times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import holoviews as hv
import hvplot.pandas  # noqa: F401 # gives frames their `hvplot`
import numpy as np
import pandas as pd
from bokeh.models import (
    BasicTicker,
    ColumnDataSource,
    DatetimeTickFormatter,
    FixedTicker,
    HoverTool,
    LegendItem,
    LinearColorMapper,
    NumeralTickFormatter,
    Range1d,
)
from bokeh.plotting import figure as Figure

Columns = Mapping[str, Sequence[Any]]

ACTUAL = "#1f6fb5"
EXPECTED = "#c26a00"
BAND = "#c26a00"
ANOMALY = "#d32f2f"
VOLTAGES = ("#1f6fb5", "#b5179e")
REACTIVE = "#2a8a57"
INK = {False: "#424242", True: "#d6d6d6"}
GRID = {False: "#e0e0e0", True: "#3a3a3a"}
DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
CLOCK = DatetimeTickFormatter(
    hours="%H:%M", hourmin="%H:%M", days="%d/%m", months="%m/%Y", years="%Y", minutes="%H:%M", seconds="%H:%M"
).properties_with_values(include_defaults=False)


@dataclass(frozen=True)
class Chart:
    """A figure and the data sources that are updated in place."""

    figure: Figure
    sources: Mapping[str, ColumnDataSource]

    def update(self, source: str, columns: Columns) -> None:
        """Put new columns into the data source `source`."""
        self.sources[source].data = {name: np.asarray(values) for name, values in columns.items()}

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
        for legend in self.figure.legend:
            legend.label_text_color = ink


def series_chart() -> Chart:
    """Actual and expected energy of hours, the band, anomalous hours in red, time of events shaded."""
    chart = _lines({"actual_kwh": ("Registrado", ACTUAL), "expected_kwh": ("Esperado", EXPECTED)}, "kWh", 340)
    figure, sources = chart.figure, dict(chart.sources)
    sources["band"] = ColumnDataSource({"timestamp": _no_times(), "lower_kwh": [], "upper_kwh": []})
    band = figure.varea(
        "timestamp", "lower_kwh", "upper_kwh", source=sources["band"], color=BAND, alpha=0.22,
        legend_label="Banda 95 %", name="band",
    )  # fmt: skip
    sources["events"] = ColumnDataSource({"start": _no_times(), "end": _no_times()})
    events = figure.vstrip(
        "start", "end", source=sources["events"], fill_color=ANOMALY, fill_alpha=0.10, line_color=None,
        legend_label="Anomalía por verificar", name="events",
    )  # fmt: skip
    sources["anomalies"] = ColumnDataSource({"timestamp": _no_times(), "actual_kwh": []})
    figure.scatter(
        "timestamp", "actual_kwh", source=sources["anomalies"], color=ANOMALY, size=4, marker="circle",
        legend_label="Hora anómala", name="anomalies",
    )  # fmt: skip
    for behind in (band, events):
        behind.level = "underlay"
    _legend(figure)
    return Chart(figure, sources)


def voltage_chart() -> Chart:
    """Voltages of phases A and C."""
    return _lines({"voltage_fa_v": ("Fase A", VOLTAGES[0]), "voltage_fc_v": ("Fase C", VOLTAGES[1])}, "V", 230)


def reactive_chart() -> Chart:
    """Reactive energy."""
    return _lines({"reactive_energy_kvarh": ("Reactiva", REACTIVE)}, "kvarh", 230)


def forecast_chart() -> Chart:
    """The next day by hours, with its band."""
    chart = _lines({"forecast_kwh": ("Pronóstico", EXPECTED)}, "kWh", 260)
    band = ColumnDataSource({"timestamp": _no_times(), "lower_kwh": [], "upper_kwh": []})
    drawn = chart.figure.varea(
        "timestamp", "lower_kwh", "upper_kwh", source=band, color=BAND, alpha=0.22, legend_label="Banda 95 %"
    )
    drawn.level = "underlay"
    for legend in chart.figure.legend:
        legend.items = [LegendItem(label="Pronóstico", renderers=[chart.figure.renderers[0]]), *legend.items]
    _legend(chart.figure)
    return Chart(chart.figure, {**chart.sources, "band": band})


def sector_chart() -> Chart:
    """Total active energy by client of the sector; the client looked at is darker."""
    empty = pd.DataFrame({"name": ["—"], "total_mwh": [0.0]})
    figure = _rendered(empty.hvplot.bar(x="name", y="total_mwh", responsive=True, height=260, color=ACTUAL))
    source = figure.renderers[0].data_source
    source.data = {"name": ["—"], "total_mwh": [0.0], "alpha": [0.4]}
    figure.renderers[0].glyph.update(fill_alpha="alpha", line_color=None)
    _dress(figure, "MWh", [("Cliente", "@name"), ("Energía activa", "@total_mwh{0,0.0} MWh")])
    figure.xaxis.update(major_label_orientation=0.7, axis_label=None)
    return Chart(figure, {"totals": source})


def heat_chart() -> Chart:
    """Mean energy by hour of the day and weekday."""
    grid = pd.DataFrame([(hour, day, 0.0) for day in DAYS for hour in range(24)], columns=["hour", "day", "kwh"])
    figure = _rendered(
        grid.hvplot.heatmap(x="hour", y="day", C="kwh", responsive=True, height=260, cmap="Viridis", colorbar=True)
    )
    renderer = figure.renderers[0]
    renderer.glyph.update(line_color=None, width=1.0, height=1.0)
    _dress(figure, "", [("Día", "@day"), ("Hora", "@hour:00"), ("Media", "@kwh{0,0.0} kWh")])
    figure.xaxis.update(ticker=FixedTicker(ticks=list(range(0, 24, 3))), axis_label="hora del día")
    figure.y_range.factors = list(reversed(DAYS))
    figure.grid.visible = False
    for bar in figure.select({"type": BasicTicker}):
        bar.desired_num_ticks = 4
    return Chart(figure, {"cells": renderer.data_source})


def heat_columns(means: Sequence[Sequence[float | None]]) -> dict[str, list[Any]]:
    """Cells of the heat map of a matrix weekday (Monday first) x hour."""
    cells = [(hour, DAYS[day], row[hour]) for day, row in enumerate(means) for hour in range(24)]
    hours, days, values = zip(*cells, strict=True)
    return {"hour": list(hours), "day": list(days), "kwh": [np.nan if v is None else v for v in values]}


def update_heat(chart: Chart, means: Sequence[Sequence[float | None]]) -> None:
    """Show other means, with the colours spread over them."""
    columns = heat_columns(means)
    known = [value for value in columns["kwh"] if value == value]
    source = chart.sources["cells"]
    source.data = {**columns, "zvalues": columns["kwh"]}
    for mapper in chart.figure.select({"type": LinearColorMapper}):
        mapper.update(low=min(known, default=0.0), high=max(known, default=1.0))


def times(stamps: Sequence[str | None]) -> np.ndarray:
    """Local wall times of ISO 8601 stamps with offset; an absent one is `NaT`.

    >>> times(["2024-03-05T07:00:00-05:00", None]).astype(str).tolist()
    ['2024-03-05T07:00:00.000', 'NaT']
    """
    return np.array([stamp[:19] if stamp else "NaT" for stamp in stamps], dtype="datetime64[ms]")


def values(column: Sequence[float | None]) -> np.ndarray:
    """Numbers of a column with nulls."""
    return np.array(column, dtype="float64")


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


def _no_times() -> np.ndarray:
    return np.array([], dtype="datetime64[ms]")


def _lines(columns: Mapping[str, tuple[str, str]], unit: str, height: int) -> Chart:
    """Lines over time, each with a data source of its own, named as its column."""
    start = pd.Timestamp("2024-01-01")
    empty = pd.DataFrame(
        {"timestamp": [start, start + pd.Timedelta(hours=1)], **{name: [0.0, 1.0] for name in columns}}
    )
    curves = [
        empty.hvplot.line(
            x="timestamp", y=name, label=label, color=colour, responsive=True, height=height, line_width=1.4
        )
        for name, (label, colour) in columns.items()
    ]
    figure = _rendered(hv.Overlay(curves) if len(curves) > 1 else curves[0])
    sources = {}
    for renderer, name in zip(figure.renderers, columns, strict=True):
        renderer.name = name
        renderer.glyph.update(x="timestamp", y=name)
        sources[name] = renderer.data_source
        sources[name].data = {"timestamp": _no_times(), name: np.array([])}
    _dress(figure, unit, [])
    figure.xaxis.update(formatter=DatetimeTickFormatter(**CLOCK), axis_label=None)
    figure.x_range = Range1d(start=start, end=start + pd.Timedelta(hours=1))
    for renderer, (name, (label, _)) in zip(figure.renderers, columns.items(), strict=True):
        tips = [("Hora", "@timestamp{%d/%m/%Y %H:%M}"), (label, f"@{name}{{0,0.0}} {unit}")]
        figure.add_tools(HoverTool(renderers=[renderer], tooltips=tips, formatters={"@timestamp": "datetime"}))
    _legend(figure)
    return Chart(figure, sources)


def _rendered(element: Any) -> Figure:
    return hv.render(element.opts(toolbar="above"), backend="bokeh")


def _dress(figure: Figure, unit: str, tips: list[tuple[str, str]]) -> None:
    figure.update(
        background_fill_color=None, border_fill_color=None, outline_line_color=None, title=None,
        sizing_mode="stretch_width", min_border_left=10, min_border_right=12,
    )  # fmt: skip
    for hover in list(figure.select({"type": HoverTool})):
        figure.toolbar.tools.remove(hover)
    if tips:
        figure.add_tools(HoverTool(tooltips=tips))
    figure.toolbar.logo = None
    figure.toolbar.autohide = True
    figure.toolbar.active_scroll = None
    figure.yaxis.axis_label = unit or None
    if unit:
        figure.yaxis.formatter = NumeralTickFormatter(format="0,0.[0]")


def _legend(figure: Figure) -> None:
    for legend in figure.legend:
        legend.update(
            location="top_left", orientation="horizontal", background_fill_alpha=0, border_line_color=None,
            label_text_font_size="12px", ncols=3, margin=0, padding=2, click_policy="hide",
        )  # fmt: skip
        if legend not in figure.above:
            figure.center = [item for item in figure.center if item is not legend]
            figure.add_layout(legend, "above")
