"""The charts of the client page. Each builder returns a `Chart` of empty data."""

from collections.abc import Sequence
from typing import Any

import hvplot.pandas  # noqa: F401 # gives frames their `hvplot`
import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, FactorRange, FixedTicker, LinearColorMapper, Range1d
from bokeh.models.glyph import Glyph

from dashboard.figures.base import DIGITS, Chart, dress, hours_axis, line_chart, no_times, put, rendered, source_of
from dashboard.words.catalogue import Figures

ACTUAL = "#1f6fb5"
EXPECTED = "#c26a00"
BAND = "#c26a00"
ANOMALY = "#d32f2f"
VOLTAGES = ("#1f6fb5", "#b5179e")
REACTIVE = "#2a8a57"
HOURLY = (
    "actual_kwh", "expected_kwh", "lower_kwh", "upper_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v",
)  # fmt: skip
Legend = tuple[tuple[str, str, str], ...]


def energy_legend(words: Figures) -> Legend:
    """What is drawn of energy: label, colour, how."""
    return (
        (words.registered, ACTUAL, "line"),
        (words.expected, EXPECTED, "line"),
        (words.band, BAND, "area"),
        (words.anomalous_hour, ANOMALY, "dot"),
        (words.anomaly, ANOMALY, "area"),
    )


def voltage_legend(words: Figures) -> Legend:
    """The phases."""
    return ((words.phase_a, VOLTAGES[0], "line"), (words.phase_c, VOLTAGES[1], "line"))


def forecast_legend(words: Figures) -> Legend:
    """The forecast and its band."""
    return ((words.forecast_line, EXPECTED, "line"), (words.band, BAND, "area"))


def hourly_charts(words: Figures) -> tuple[Chart, Chart, Chart]:
    """Energy, voltages and reactive energy: one data source `hours` and one time axis, so that they move together."""
    hours, axis = source_of(*HOURLY), hours_axis()
    phases = {"voltage_fa_v": (words.phase_a, VOLTAGES[0]), "voltage_fc_v": (words.phase_c, VOLTAGES[1])}
    voltage = line_chart(phases, "V", 230, hours, axis, words.time)
    lines = {"reactive_energy_kvarh": (words.reactive_line, REACTIVE)}
    reactive = line_chart(lines, "kvarh", 230, hours, axis, words.time)
    return _energy_chart(hours, axis, words), Chart(voltage, {"hours": hours}), Chart(reactive, {"hours": hours})


def _energy_chart(hours: ColumnDataSource, axis: Range1d, words: Figures) -> Chart:
    """Actual and expected energy of hours, the band, anomalous hours in red, time of events shaded."""
    lines = {"actual_kwh": (words.registered, ACTUAL), "expected_kwh": (words.expected, EXPECTED)}
    figure = line_chart(lines, "kWh", 340, hours, axis, words.time)
    band = figure.varea("timestamp", "lower_kwh", "upper_kwh", source=hours, color=BAND, alpha=0.22, name="band")
    spans = ColumnDataSource({"start": no_times(), "end": no_times()})
    events = figure.vstrip(
        "start", "end", source=spans, fill_color=ANOMALY, fill_alpha=0.10, line_color=None, name="events"
    )
    anomalies = source_of("actual_kwh")
    figure.scatter(
        "timestamp",
        "actual_kwh",
        source=anomalies,
        fill_color=ANOMALY,
        line_color=None,
        size=4,
        marker="circle",
        name="anomalies",
    )
    for behind in (band, events):
        behind.level = "underlay"
    return Chart(figure, {"hours": hours, "events": spans, "anomalies": anomalies})


def forecast_chart(words: Figures) -> Chart:
    """The next day by hours, with its band."""
    hours = source_of("forecast_kwh", "lower_kwh", "upper_kwh")
    lines = {"forecast_kwh": (words.forecast_line, EXPECTED)}
    figure = line_chart(lines, "kWh", 260, hours, hours_axis(), words.time)
    drawn = figure.varea("timestamp", "lower_kwh", "upper_kwh", source=hours, color=BAND, alpha=0.22)
    drawn.level = "underlay"
    return Chart(figure, {"hours": hours})


def sector_chart(words: Figures) -> Chart:
    """Total active energy by client of the sector; the client looked at is darker."""
    empty = pd.DataFrame({"name": ["—"], "total_mwh": [0.0]})
    figure = rendered(lambda: empty.hvplot.bar(x="name", y="total_mwh", responsive=True, height=260, color=ACTUAL))
    renderer: Any = figure.renderers[0]
    renderer.data_source.data = {"name": ["—"], "total_mwh": [0.0], "alpha": [0.4]}
    renderer.glyph.update(fill_alpha="alpha", line_color=None)
    dress(figure, "MWh", [(words.client, "@name"), (words.active_energy, "@total_mwh{0,0.0} MWh")])
    figure.xaxis.update(major_label_orientation=0.7, axis_label=None, major_label_text_font=DIGITS)
    return Chart(figure, {"totals": renderer.data_source})


def show_names(chart: Chart, names: list[str]) -> None:
    """Put other names along the axis of a chart of bars.

    After the bars: Bokeh answers new names step by step, and bars that change their number in between break it.
    """
    axis = chart.figure.x_range
    if isinstance(axis, FactorRange) and axis.factors != names:
        axis.factors = names


def heat_chart(words: Figures) -> Chart:
    """Mean energy by hour of the day and weekday.

    Without a colour bar: Bokeh lays out the whole page anew each time that its numbers change. A line of markup says
    what the ends of the scale mean.
    """
    days = words.weekdays
    grid = pd.DataFrame([(hour, day, 0.0) for day in days for hour in range(24)], columns=["hour", "day", "kwh"])
    figure = rendered(
        lambda: grid.hvplot.heatmap(
            x="hour", y="day", C="kwh", responsive=True, height=260, cmap="Viridis", colorbar=False
        )
    )
    renderer: Any = figure.renderers[0]
    for look in ("glyph", "nonselection_glyph", "selection_glyph", "hover_glyph", "muted_glyph"):
        glyph = getattr(renderer, look)  # some are glyphs, some are words such as "auto"
        if isinstance(glyph, Glyph):
            glyph.update(line_color=None, width=1.0, height=1.0)
    dress(figure, "", [(words.day, "@day"), (words.hour, "@hour:00"), (words.mean, "@kwh{0,0.0} kWh")])
    figure.xaxis.update(ticker=FixedTicker(ticks=list(range(0, 24, 3))), axis_label=words.hour_of_day)
    figure.y_range = FactorRange(factors=list(reversed(days)))
    figure.grid.visible = False
    return Chart(figure, {"cells": renderer.data_source})


def heat_columns(means: Sequence[Sequence[float | None]], days: Sequence[str]) -> dict[str, list[Any]]:
    """Cells of the heat map of a matrix weekday (Monday first) x hour."""
    cells = [(hour, days[day], row[hour]) for day, row in enumerate(means) for hour in range(24)]
    hours, names, kwh = zip(*cells, strict=True)
    return {"hour": list(hours), "day": list(names), "kwh": [np.nan if v is None else v for v in kwh]}


def update_heat(
    chart: Chart, means: Sequence[Sequence[float | None]], days: Sequence[str]
) -> tuple[float, float] | None:
    """Show other means, with the colours spread over them; returns what the darkest and the lightest one stand for."""
    columns = heat_columns(means, days)
    known = [value for value in columns["kwh"] if value == value]
    put(chart.sources["cells"], {**columns, "zvalues": columns["kwh"]})
    for mapper in chart.figure.select({"type": LinearColorMapper}):
        mapper.update(low=min(known, default=0.0), high=max(known, default=1.0))
    return (min(known), max(known)) if known else None
