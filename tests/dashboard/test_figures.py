"""Figures are drawn into, not made anew."""

from datetime import timedelta

import holoviews as hv
import numpy as np
import pytest
from bokeh.core.property.vectorization import Field
from bokeh.models.glyph import Glyph

from dashboard.figures import base
from dashboard.figures.client import Figures
from dashboard.service import together
from dashboard.views.client.content import Asked
from dashboard.words import words_of
from tests.dashboard.fake_service import EVENTS, UNTIL, running, series
from tests.dashboard.sessions import client_of
from tests.support.loops import finished

ES = words_of("es")


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(ES.figures)


def test_figures_change_in_place(figures: Figures) -> None:
    sources = dict(figures.series.sources)
    found = _found(1, days=20)
    draw(figures, found, EVENTS[:2], "1")
    assert figures.series.sources == sources
    assert len(sources["hours"].data["actual_kwh"]) == 20 * 24
    assert len(sources["hours"].data["lower_kwh"]) == 20 * 24
    assert len(sources["anomalies"].data["timestamp"]) == 9 * 24
    assert len(sources["events"].data["start"]) == 2
    draw(figures, _found(3, days=5), [], "3")
    assert len(sources["hours"].data["actual_kwh"]) == 5 * 24
    assert len(sources["anomalies"].data["timestamp"]) == 0


def test_no_readings_empty_the_figures(figures: Figures) -> None:
    draw(figures, _found(1, days=0), [], "1")
    assert len(figures.series.sources["hours"].data["actual_kwh"]) == 0
    assert len(figures.forecast.sources["hours"].data["lower_kwh"]) == 0


def test_the_client_looked_at_stands_out_in_its_sector(figures: Figures) -> None:
    draw(figures, _found(1, days=2), [], "1")
    data = figures.sector.sources["totals"].data
    assert dict(zip((name.strip() for name in data["name"]), data["alpha"].tolist(), strict=True)) == pytest.approx(
        {"Cliente 1": 1.0, "Cliente 3": 0.45}
    )
    assert list(figures.sector.figure.x_range.factors) == list(data["name"])


def test_no_look_of_a_cell_needs_a_column_that_there_is_not(figures: Figures) -> None:
    (renderer,) = figures.heat.figure.renderers
    there = set(figures.heat.sources["cells"].data)
    looks = [getattr(renderer, f"{name}glyph") for name in ("", "nonselection_", "selection_", "hover_", "muted_")]
    looks = [look for look in looks if isinstance(look, Glyph)]
    assert looks
    for look in looks:
        fields = {value.field for value in look.properties_with_values().values() if isinstance(value, Field)}
        assert fields <= there


def test_weekdays_of_the_heat_map_begin_with_monday_above(figures: Figures) -> None:
    draw(figures, _found(1, days=2), [], "1")
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


def test_a_chart_without_an_answer_is_empty_whatever_it_showed_before(figures: Figures) -> None:
    draw(figures, _found(1, days=20), EVENTS[:2], "1")
    figures.draw({}.get, Asked("2", "2024-05-01T00:00", "2024-05-02T00:00"))
    for chart in (figures.series, figures.forecast, figures.sector):
        for source in chart.sources.values():
            assert {len(column) for column in source.data.values()} == {0}
    assert np.isnan(figures.heat.sources["cells"].data["kwh"].astype(float)).all()
    assert figures.heat_scale.html == ""
    shown = np.array([figures.series.figure.x_range.start, figures.series.figure.x_range.end]).astype("datetime64[ms]")
    assert shown.astype(str).tolist() == ["2024-05-01T00:00:00.000", "2024-05-02T00:00:00.000"]


def test_what_is_on_the_page_already_is_not_drawn_again(figures: Figures) -> None:
    found = _found(1, days=3)
    draw(figures, found, [], "1")
    before = figures.series.sources["hours"].data
    draw(figures, dict(found), [], "1")
    assert figures.series.sources["hours"].data is before


def test_names_that_begin_alike_are_bars_of_their_own(figures: Figures) -> None:
    rows = [{"client_id": str(n), "name": f"Molinera del Norte {n}", "total_kwh": 1000.0 * n} for n in (1, 2, 3)]
    draw(figures, {"summary": {"clients": rows}}, [], "2")
    names = figures.sector.sources["totals"].data["name"]
    assert len(set(names)) == len(figures.sector.figure.x_range.factors) == 3


def test_options_of_charts_do_not_pile_up_in_the_process(figures: Figures) -> None:
    before = len(hv.Store.custom_options(backend="bokeh"))
    Figures(ES.figures)
    assert len(hv.Store.custom_options(backend="bokeh")) == before


def draw(figures: Figures, found: dict[str, object], events: list[dict[str, object]], client: str) -> None:
    figures.draw({**found, "events": events}.get, Asked(client, "2024-05-01T00:00", "2024-06-01T00:00"))


def _found(client: int, days: int) -> dict[str, object]:
    start, end = (UNTIL - timedelta(days=days)).isoformat(), UNTIL.isoformat()

    async def ask(address: str) -> dict[str, object]:
        async with client_of(address) as service:
            return await together(
                profile=service.profile(str(client), start, end),
                forecast=service.forecast(str(client)),
                summary=service.summary(start, end, "Pesca"),
            )

    with running() as address:
        found = finished(ask(address))
    forecast = found["forecast"] if days else {"points": []}
    return {**found, "forecast": forecast, "series": series(client, UNTIL - timedelta(days=days), UNTIL)}
