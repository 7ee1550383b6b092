"""Figures are drawn into, not made anew."""

from datetime import timedelta

import numpy as np
import pytest

from dashboard.figures import base
from dashboard.figures.client import Figures
from dashboard.service import ServiceClient
from dashboard.words import words_of
from tests.dashboard.fake_service import EVENTS, UNTIL, running, series

ES = words_of("es")


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(ES.figures)


def test_figures_change_in_place(figures: Figures) -> None:
    sources = dict(figures.series.sources)
    found = _found(1, days=20)
    figures.draw(found, EVENTS[:2], "1")
    assert figures.series.sources == sources
    assert len(sources["hours"].data["actual_kwh"]) == 20 * 24
    assert len(sources["hours"].data["lower_kwh"]) == 20 * 24
    assert len(sources["anomalies"].data["timestamp"]) == 9 * 24
    assert len(sources["events"].data["start"]) == 2
    figures.draw(_found(3, days=5), [], "3")
    assert len(sources["hours"].data["actual_kwh"]) == 5 * 24
    assert len(sources["anomalies"].data["timestamp"]) == 0


def test_no_readings_empty_the_figures(figures: Figures) -> None:
    figures.draw(_found(1, days=0), [], "1")
    assert len(figures.series.sources["hours"].data["actual_kwh"]) == 0
    assert len(figures.forecast.sources["hours"].data["lower_kwh"]) == 0


def test_the_client_looked_at_stands_out_in_its_sector(figures: Figures) -> None:
    figures.draw(_found(1, days=2), [], "1")
    data = figures.sector.sources["totals"].data
    assert dict(zip((name.strip() for name in data["name"]), data["alpha"].tolist(), strict=True)) == pytest.approx(
        {"Cliente 1": 1.0, "Cliente 3": 0.45}
    )
    assert list(figures.sector.figure.x_range.factors) == list(data["name"])


def test_weekdays_of_the_heat_map_begin_with_monday_above(figures: Figures) -> None:
    figures.draw(_found(1, days=2), [], "1")
    assert figures.heat.figure.y_range.factors == ["dom", "sáb", "vie", "jue", "mié", "mar", "lun"]
    assert figures.heat.sources["cells"].data["day"][:24].tolist() == ["lun"] * 24


def test_the_theme_reaches_letters_and_lines(figures: Figures) -> None:
    figures.paint(dark=True)
    assert figures.series.figure.xaxis[0].major_label_text_color == base.INK[True]
    figures.paint(dark=False)
    assert figures.series.figure.xaxis[0].major_label_text_color == base.INK[False]


def test_an_axis_holds_all_values_and_survives_their_absence() -> None:
    assert base.limits(np.array([np.nan])) == (0.0, 1.0)
    low, high = base.limits(np.array([-10.0, 30.0]), from_zero=True)
    assert low < -10 < 30 < high


def _found(client: int, days: int) -> dict[str, object]:
    with running() as address:
        service = ServiceClient(address, 5, ES)
        start, end = (UNTIL - timedelta(days=days)).isoformat(), UNTIL.isoformat()
        found = service.together(
            profile=lambda: service.profile(str(client), start, end),
            forecast=lambda: service.forecast(str(client)),
            summary=lambda: service.summary(start, end, "Pesca"),
        )
        service.close()
    forecast = found["forecast"] if days else found["forecast"] | {"points": []}
    return {**found, "forecast": forecast, "series": series(client, UNTIL - timedelta(days=days), UNTIL)}
