"""Address, words, figures and the session, without a browser."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import charts, formats, markup, state, texts
from dashboard.app import origins, port_is_free
from dashboard.client import ServiceClient
from dashboard.drawing import Figures
from dashboard.session import Session
from dashboard.state import Filters
from dashboard.views.inbox import select
from tests.dashboard.fake_service import EVENTS, UNTIL, client_row, running, series


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(dark=False)


@pytest.fixture
def session() -> Iterator[Session]:
    with running() as address:
        service = ServiceClient(address, 5)
        session = Session(service, Filters(), lambda _: None)
        assert session.refresh()
        yield session
        service.close()


@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from(state.VIEWS))
def test_an_address_gives_back_the_filters_it_was_made_of(client: str, search: str, view: str) -> None:
    filters = Filters(vista=view, cliente=client, buscar=search, inicio="2024-01-01T05:00", fin="2024-02-01T00:00")
    assert state.from_query(state.to_query(filters)) == filters


def test_a_malformed_address_opens_the_inbox() -> None:
    assert state.from_query("?vista=nada&inicio=ayer&x=1") == Filters()


def test_an_event_is_shown_with_time_before_and_after_but_not_past_the_data() -> None:
    until = UNTIL.isoformat()
    assert state.around(EVENTS[1]["start"], EVENTS[1]["end"], until) == ("2024-04-28T00:00", "2024-05-21T00:00")
    assert state.around(EVENTS[0]["start"], None, until)[1] == "2024-06-01T00:00"


def test_the_address_follows_the_filters_once(session: Session) -> None:
    seen: list[str] = []
    session.listen(lambda: seen.append(session.filters.cliente))
    session.go(cliente="2")
    session.go(cliente="2")
    assert seen == ["2"]


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({}, ["e1", "e2", "e3", "e4"]),
        ({"gravedad": "critical"}, ["e1"]),
        ({"tipo": "supply"}, ["e3"]),
        ({"sector": "Agro"}, ["e3"]),
        ({"buscar": "cliente 3"}, ["e4"]),
        ({"estado": "closed"}, []),
    ],
    ids=str,
)
def test_the_inbox_keeps_what_the_filters_ask(session: Session, filters: dict[str, str], kept: list[str]) -> None:
    session.filters = Filters(**filters)
    assert [event["event_id"] for event in select(EVENTS, session)] == kept


def test_last_data_stay_when_the_service_goes_away() -> None:
    with running() as address:
        session = Session(ServiceClient(address, 5), Filters(), lambda _: None)
        assert session.refresh()
    assert not session.refresh()
    assert "No hay conexión" in session.error
    assert len(session.clients) == 4
    session.service.close()


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


def test_an_axis_holds_all_values_and_survives_their_absence() -> None:
    assert charts.limits(np.array([np.nan])) == (0.0, 1.0)
    low, high = charts.limits(np.array([-10.0, 30.0]), from_zero=True)
    assert low < -10 < 30 < high


def test_every_severity_has_a_name_and_a_sign() -> None:
    assert len({grade.icon for grade in texts.SEVERITIES.values()}) == 4
    names = [column["label"] for column in markup.columns(clients=True)]
    table = [dict(zip(names, row["cells"], strict=True)) for row in markup.rows(EVENTS, clients=True)]
    assert "crítica" in table[0]["Gravedad"]["text"]
    assert [row["Duración"]["text"] for row in table] == ["sigue abierta", "48 h", "48 h", "48 h"]


@pytest.mark.parametrize("grade", texts.SEVERITIES.values(), ids=texts.SEVERITIES)
def test_white_letters_are_read_on_a_severity(grade: texts.Grade) -> None:
    channels = [int(grade.colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_names_from_the_service_are_escaped() -> None:
    row = client_row(1) | {"name": "<script>"}
    assert "<script>" not in markup.client_title(row, None)


def test_words_accuse_nobody() -> None:
    written = " ".join([*texts.KINDS.values(), *texts.STAKE_HELP.values(), texts.NO_EVENTS, texts.ANOMALY]).casefold()
    assert not any(word in written for word in ("robo", "hurto", "fraude", "ilegal"))


def test_the_websocket_is_open_to_the_own_address_only() -> None:
    assert origins("127.0.0.1", 5006) == ["127.0.0.1:5006", "localhost:5006"]


def test_a_taken_port_is_noticed() -> None:
    with running() as address:
        assert not port_is_free("127.0.0.1", int(address.rsplit(":", 1)[1]))


def test_numbers_and_dates_are_peruvian() -> None:
    assert formats.number(-0.04) == "0"
    assert formats.date_hour("2024-12-31T23:00:00-05:00") == "31/12/2024 23:00"
    assert formats.duration("2024-01-01T00:00:00-05:00", None) == formats.NOTHING


def _found(client: int, days: int) -> dict[str, object]:
    with running() as address:
        service = ServiceClient(address, 5)
        start, end = (UNTIL - timedelta(days=days)).isoformat(), UNTIL.isoformat()
        found = service.together(
            profile=lambda: service.profile(str(client), start, end),
            forecast=lambda: service.forecast(str(client)),
            summary=lambda: service.summary(start, end, "Pesca"),
        )
        service.close()
    forecast = found["forecast"] if days else found["forecast"] | {"points": []}
    return {**found, "forecast": forecast, "series": series(client, UNTIL - timedelta(days=days), UNTIL)}
