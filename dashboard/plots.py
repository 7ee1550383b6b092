"""The figures of the client page. Each builder returns a `Chart` of empty data."""

from collections.abc import Sequence
from typing import Any

import hvplot.pandas  # noqa: F401 # gives frames their `hvplot`
import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, FixedTicker, LinearColorMapper, Range1d

from dashboard.charts import DIGITS, Chart, dress, hours_axis, line_chart, no_times, put, rendered, source_of

ACTUAL = "#1f6fb5"
EXPECTED = "#c26a00"
BAND = "#c26a00"
ANOMALY = "#d32f2f"
VOLTAGES = ("#1f6fb5", "#b5179e")
REACTIVE = "#2a8a57"
DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
ENERGY_LEGEND = (
    ("Registrado", ACTUAL, "line"),
    ("Esperado", EXPECTED, "line"),
    ("Banda 95 %", BAND, "area"),
    ("Hora anómala", ANOMALY, "dot"),
    ("Anomalía por verificar", ANOMALY, "area"),
)
VOLTAGE_LEGEND = (("Fase A", VOLTAGES[0], "line"), ("Fase C", VOLTAGES[1], "line"))
FORECAST_LEGEND = (("Pronóstico", EXPECTED, "line"), ("Banda 95 %", BAND, "area"))
HOURLY = (
    "actual_kwh", "expected_kwh", "lower_kwh", "upper_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v",
)  # fmt: skip


def hourly_charts() -> tuple[Chart, Chart, Chart]:
    """Energy, voltages and reactive energy: one data source `hours` and one time axis, so that they move together."""
    hours, axis = source_of(*HOURLY), hours_axis()
    voltage = line_chart(
        {"voltage_fa_v": ("Fase A", VOLTAGES[0]), "voltage_fc_v": ("Fase C", VOLTAGES[1])}, "V", 230, hours, axis
    )
    reactive = line_chart({"reactive_energy_kvarh": ("Reactiva", REACTIVE)}, "kvarh", 230, hours, axis)
    return _energy_chart(hours, axis), Chart(voltage, {"hours": hours}), Chart(reactive, {"hours": hours})


def _energy_chart(hours: ColumnDataSource, axis: Range1d) -> Chart:
    """Actual and expected energy of hours, the band, anomalous hours in red, time of events shaded."""
    lines = {"actual_kwh": ("Registrado", ACTUAL), "expected_kwh": ("Esperado", EXPECTED)}
    figure = line_chart(lines, "kWh", 340, hours, axis)
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


def forecast_chart() -> Chart:
    """The next day by hours, with its band."""
    hours = source_of("forecast_kwh", "lower_kwh", "upper_kwh")
    figure = line_chart({"forecast_kwh": ("Pronóstico", EXPECTED)}, "kWh", 260, hours, hours_axis())
    drawn = figure.varea("timestamp", "lower_kwh", "upper_kwh", source=hours, color=BAND, alpha=0.22)
    drawn.level = "underlay"
    return Chart(figure, {"hours": hours})


def sector_chart() -> Chart:
    """Total active energy by client of the sector; the client looked at is darker."""
    empty = pd.DataFrame({"name": ["—"], "total_mwh": [0.0]})
    figure = rendered(empty.hvplot.bar(x="name", y="total_mwh", responsive=True, height=260, color=ACTUAL))
    source = figure.renderers[0].data_source
    source.data = {"name": ["—"], "total_mwh": [0.0], "alpha": [0.4]}
    figure.renderers[0].glyph.update(fill_alpha="alpha", line_color=None)
    dress(figure, "MWh", [("Cliente", "@name"), ("Energía activa", "@total_mwh{0,0.0} MWh")])
    figure.xaxis.update(major_label_orientation=0.7, axis_label=None, major_label_text_font=DIGITS)
    return Chart(figure, {"totals": source})


def heat_chart() -> Chart:
    """Mean energy by hour of the day and weekday.

    Without a colour bar: Bokeh lays out the whole page anew each time that its numbers change. `heat_limits` says in
    words what the ends of the scale mean.
    """
    grid = pd.DataFrame([(hour, day, 0.0) for day in DAYS for hour in range(24)], columns=["hour", "day", "kwh"])
    figure = rendered(
        grid.hvplot.heatmap(x="hour", y="day", C="kwh", responsive=True, height=260, cmap="Viridis", colorbar=False)
    )
    renderer = figure.renderers[0]
    renderer.glyph.update(line_color=None, width=1.0, height=1.0)
    dress(figure, "", [("Día", "@day"), ("Hora", "@hour:00"), ("Media", "@kwh{0,0.0} kWh")])
    figure.xaxis.update(ticker=FixedTicker(ticks=list(range(0, 24, 3))), axis_label="hora del día")
    figure.y_range.factors = list(reversed(DAYS))
    figure.grid.visible = False
    return Chart(figure, {"cells": renderer.data_source})


def heat_columns(means: Sequence[Sequence[float | None]]) -> dict[str, list[Any]]:
    """Cells of the heat map of a matrix weekday (Monday first) x hour."""
    cells = [(hour, DAYS[day], row[hour]) for day, row in enumerate(means) for hour in range(24)]
    hours, days, kwh = zip(*cells, strict=True)
    return {"hour": list(hours), "day": list(days), "kwh": [np.nan if v is None else v for v in kwh]}


def update_heat(chart: Chart, means: Sequence[Sequence[float | None]]) -> tuple[float, float] | None:
    """Show other means, with the colours spread over them; returns what the darkest and the lightest one stand for."""
    columns = heat_columns(means)
    known = [value for value in columns["kwh"] if value == value]
    put(chart.sources["cells"], {**columns, "zvalues": columns["kwh"]})
    for mapper in chart.figure.select({"type": LinearColorMapper}):
        mapper.update(low=min(known, default=0.0), high=max(known, default=1.0))
    return (min(known), max(known)) if known else None
