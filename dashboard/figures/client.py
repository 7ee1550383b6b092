"""The figures of the client page, and how answers of the service go into them."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import pandas as pd
import panel as pn

from dashboard.figures import base, charts
from dashboard.service import Body
from dashboard.widgets.elements import markup
from dashboard.widgets.html import heat_scale, legend
from dashboard.words.catalogue import Figures as FigureWords

Answers = Callable[[str], Any]
EMPTY: Mapping[str, Sequence[Any]] = MappingProxyType(dict.fromkeys(("timestamp", "is_anomaly", *charts.HOURLY), ()))
NO_MEANS = ((None,) * 24,) * 7
_NOTHING = object()


class Asked(Protocol):
    """Whom and when the charts are of."""

    @property
    def client(self) -> str:
        """Id of the client."""

    @property
    def start(self) -> str:
        """Local wall time."""

    @property
    def end(self) -> str:
        """Local wall time."""


class Figures:
    """The six charts of a session: built here once, drawn into for each client and period.

    Args:
        words: what stands in and above them.
    """

    def __init__(self, words: FigureWords) -> None:
        self._words = words
        self._shown: dict[str, object] = {}
        self.series, self.voltage, self.reactive = charts.hourly_charts(words)
        self.sector = charts.sector_chart(words)
        self.heat = charts.heat_chart(words)
        self.heat_scale = markup("mapa-escala")
        self.forecast = charts.forecast_chart(words)

    def layout(self, card: pn.viewable.Viewable) -> list[pn.viewable.Viewable]:
        """The charts with their headings; two beside each other where the screen is wide."""
        words = self._words
        return [
            _panel(words.energy, self.series, "serie", charts.energy_legend(words)),
            _pair(
                _panel(words.voltage, self.voltage, "tension", charts.voltage_legend(words)),
                _panel(words.reactive, self.reactive, "reactiva"),
            ),
            _pair(
                _panel(words.sector, self.sector, "sector"),
                _panel(words.heat, self.heat, "mapa", (), self.heat_scale),
            ),
            _pair(_panel(words.forecast, self.forecast, "pronostico", charts.forecast_legend(words)), card),
        ]

    def paint(self, dark: bool) -> None:
        """Fit letters and lines to the theme."""
        for chart in (self.series, self.voltage, self.reactive, self.sector, self.heat, self.forecast):
            chart.paint(dark)

    def draw(self, answer: Answers, asked: Asked | None) -> None:
        """Put answers into the charts; without one a chart is empty, whatever it showed before.

        Args:
            answer: gives the answer of a call by its name, or nothing.
            asked: whom and when the charts are of.
        """
        series, events = answer("series") or EMPTY, answer("events") or []
        self._draw("series", (series, events, asked), lambda: self._draw_series(series, events, asked))
        points = (answer("forecast") or {"points": []})["points"]
        self._draw("forecast", points, lambda: self._draw_forecast(points))
        rows = (answer("summary") or {"clients": []})["clients"]
        self._draw("sector", (rows, asked), lambda: self._draw_sector(rows, asked.client if asked else ""))
        means = (answer("profile") or {"mean_by_weekday_and_hour_kwh": NO_MEANS})["mean_by_weekday_and_hour_kwh"]
        self._draw("heat", means, lambda: self._draw_heat(means))

    def _draw(self, name: str, shown: object, draw: Callable[[], None]) -> None:
        """Draw what is not on the page already: each time it would travel to the browser again."""
        if self._shown.get(name, _NOTHING) != shown:
            self._shown[name] = shown
            draw()

    def _draw_heat(self, means: Sequence[Sequence[float | None]]) -> None:
        ends = charts.update_heat(self.heat, means, self._words.weekdays)
        self.heat_scale.html = heat_scale(*ends) if ends else ""

    def _draw_series(self, body: Mapping[str, Any], events: list[Body], asked: Asked | None) -> None:
        stamps = base.times(body["timestamp"])
        column = {name: base.values(body[name]) for name in charts.HOURLY}
        flagged = np.array(body["is_anomaly"], dtype=bool)
        self.series.update("hours", {"timestamp": stamps, **column})
        self.series.update("anomalies", {"timestamp": stamps[flagged], "actual_kwh": column["actual_kwh"][flagged]})
        if len(stamps):
            first, last = stamps[0], stamps[-1] + np.timedelta64(1, "h")
        elif asked:
            first, last = base.times([asked.start, asked.end])
        else:
            first = last = np.datetime64("1970-01-01", "ms")
        starts = base.times([event["start"] for event in events])
        ends = base.times([event["end"] for event in events])
        ends = np.where(np.isnat(ends), last, ends)
        seen = (starts < last) & (ends > first) & bool(len(stamps))
        self.series.update("events", {"start": np.maximum(starts[seen], first), "end": np.minimum(ends[seen], last)})
        energy = (column[name] for name in charts.HOURLY[:4])
        self.series.frame(_milliseconds(first, last), base.limits(*energy, from_zero=True))
        self.voltage.frame(y=base.limits(column["voltage_fa_v"], column["voltage_fc_v"]))
        self.reactive.frame(y=base.limits(column["reactive_energy_kvarh"], from_zero=True))

    def _draw_forecast(self, points: list[Body]) -> None:
        stamps = base.times([point["timestamp"] for point in points])
        names = ("forecast_kwh", "lower_kwh", "upper_kwh")
        column = {name: base.values([point[name] for point in points]) for name in names}
        self.forecast.update("hours", {"timestamp": stamps, **column})
        if len(stamps):
            self.forecast.frame(_milliseconds(stamps[0], stamps[-1]), base.limits(*column.values(), from_zero=True))

    def _draw_sector(self, rows: list[Body], client_id: str) -> None:
        table = pd.DataFrame(rows, columns=["client_id", "name", "total_kwh"]).sort_values("total_kwh", ascending=False)
        names = base.labels_of([str(name) for name in table["name"]])
        totals = table["total_kwh"].to_numpy(dtype="float64") / 1000
        mine = (table["client_id"] == client_id).to_numpy(dtype=bool)
        self.sector.update("totals", {"name": names, "total_mwh": totals, "alpha": np.where(mine, 1.0, 0.45)})
        charts.show_names(self.sector, names)
        self.sector.frame(y=base.limits(totals, from_zero=True))


def _milliseconds(first: np.datetime64, last: np.datetime64) -> tuple[float, float]:
    start, end = (float(when.astype("datetime64[ms]").astype("int64")) for when in (first, last))
    return start, end if end > start else start + 3_600_000


def _panel(
    heading: str,
    chart: base.Chart,
    hook: str,
    entries: Sequence[tuple[str, str, str]] = (),
    *below: pn.viewable.Viewable,
) -> pn.Column:
    chart.figure.css_classes = [f"figura-{hook}"]
    return pn.Column(
        markup(f"{hook}-titulo", f'<div class="heading"><h2>{escape(heading)}</h2>{legend(entries)}</div>'),
        pn.pane.Bokeh(chart.figure, sizing_mode="stretch_width"), *below,
        sizing_mode="stretch_width", min_width=300, margin=(4, 0),
    )  # fmt: skip


def _pair(*panels: pn.viewable.Viewable) -> pn.FlexBox:
    for panel in panels:
        panel.styles = {"flex": "1 1 420px", "min-width": "0"}
    return pn.FlexBox(*panels, sizing_mode="stretch_width", gap="8px")
