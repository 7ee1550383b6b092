"""The inbox and the client page without a browser: what is shown of which events."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from dashboard.address import Filters
from dashboard.service import Vocabulary
from dashboard.session import Session
from dashboard.views import inbox
from dashboard.views.client import parts
from dashboard.views.client.content import Asked
from dashboard.words import words_of
from tests.dashboard.fake_service import EVENTS, HEAD, client_row, running, vocabulary
from tests.dashboard.sessions import session_of, session_on
from tests.support.loops import finished

ES, EN = words_of("es"), words_of("en")
ASKED = Asked("1", "2024-05-01T06:00", "2024-06-01T00:00")
SPANISH = Vocabulary.model_validate(vocabulary("es"))


@asynccontextmanager
async def reading(**filters: str) -> AsyncIterator[Session]:
    """A session that has read the fleet's lists."""
    async with session_of(Filters(vista="bandeja", **filters)) as session:
        assert await session.refresh()
        yield session


def a_session(**filters: str) -> Session:
    async def read() -> Session:
        async with reading(**filters) as session:
            return session

    return finished(read())


def a_page(**filters: str) -> inbox.Inbox:
    """An inbox that has read."""

    async def read() -> inbox.Inbox:
        async with reading(**filters) as session:
            page = inbox.Inbox(session)
            page.load()
            await session.settled()
            return page

    return finished(read())


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({}, ["e1", "e2", "e3", "e4"]),
        ({"gravedad": "critical"}, ["e1"]),
        ({"tipo": "supply"}, ["e3"]),
        ({"sector": "Agro"}, ["e3"]),
        ({"buscar": "cliente 3"}, ["e4"]),
        ({"buscar": "A LA MITAD"}, ["e1", "e2", "e3", "e4"]),
        ({"estado": "closed"}, []),
    ],
    ids=str,
)
def test_the_inbox_keeps_what_the_filters_ask(filters: dict[str, str], kept: list[str]) -> None:
    session = a_session(**filters)
    assert [event["event_id"] for event in inbox.select(EVENTS, session)] == kept


def test_stakes_stand_in_the_services_order_and_unknown_ones_last() -> None:
    session = a_session()
    events = [EVENTS[3] | {"stake": "prestige"}, *reversed(EVENTS)]
    assert [event["stake"] for event in inbox.select(events, session)] == [
        "missing", "surplus", "supply", "data", "prestige",
    ]  # fmt: skip


def test_counts_name_what_the_service_names_and_what_it_does_not_yet() -> None:
    html = inbox.chips([EVENTS[0], EVENTS[1] | {"severity": "colossal"}], SPANISH)
    assert "▲▲ crítica: 1" in html
    assert "● baja: 0" in html
    assert "○ colossal: 1" in html
    assert 'title="energía que se esperaba y no se registró">faltante: 1' in html


def test_the_inbox_offers_the_words_of_the_service() -> None:
    page = a_page()
    offered = {name: widget.options for name, widget in page.filters.items() if name != "buscar"}
    assert offered["gravedad"] == {"Todas": "", "Crítica": "critical", "Alta": "high", "Media": "medium", "Baja": "low"}
    assert offered["sector"] == {"Todos": "", "Agro": "Agro", "Pesca": "Pesca"}
    assert offered["tipo"]["Faltante"] == "missing"


def test_a_filter_of_the_address_that_nothing_offers_stays_and_is_said_not_to_be_known() -> None:
    page = a_page(gravedad="colossal", sector="Nada")
    assert page.filters["gravedad"].value == page.filters["gravedad"].options["colossal"] == "colossal"
    assert "No se conoce: Sector «Nada», Gravedad «colossal»." in page.message


def test_a_filter_that_matches_nothing_is_not_called_no_news_and_can_be_cleared() -> None:
    async def read() -> tuple[str, str, int]:
        async with reading(buscar="nada de esto", estado="new") as session:
            page = inbox.Inbox(session)
            session.listen(lambda _: page.follow())
            page.load()
            await session.settled()
            before = page.message
            assert page.clear.visible
            page.clear.clicks += 1
            assert not page.clear.visible
            return before, page.message, len(page.shown)

    before, after, shown = finished(read())
    assert "Sin novedades" not in before
    assert "Ninguna de las 4 anomalías por verificar coincide con los filtros" in before
    assert "Buscar cliente o motivo «nada de esto», Estado «Nueva»" in before
    assert (after, shown) == ("", 4)


def test_no_anomaly_at_all_is_no_news() -> None:
    async def read() -> str:
        with running(odd={"/events": (0, (200, {**HEAD, "items": [], "next_cursor": None}))}) as address:
            async with session_on(address, Filters(vista="bandeja", buscar="x")) as session:
                await session.refresh()
                page = inbox.Inbox(session)
                page.load()
                await session.settled()
                return page.message

    assert "Sin novedades" in finished(read())


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "1 cliente tiene anomalías críticas o repetidas en los últimos 30 días: Cliente 1 (3)."),
        (2, "2 clientes tienen anomalías críticas o repetidas en los últimos 30 días: Cliente 1 (3), Cliente 1 (3)."),
    ],
    ids=["one", "two"],
)
def test_the_red_alert_counts(count: int, sentence: str) -> None:
    assert inbox.alarm([client_row(1)] * count, ES) == sentence


def test_the_red_alert_names_twelve() -> None:
    sentence = inbox.alarm([client_row(1)] * 15, EN)
    assert sentence.startswith("15 clients have")
    assert sentence.count("Cliente 1") == 12
    assert sentence.endswith("and 3 more.")


def test_names_from_the_service_are_escaped() -> None:
    row = client_row(1) | {"name": "<script>"}
    assert "<script>" not in parts.title(row, ASKED, None, ES, SPANISH)


def test_an_event_is_told_in_the_language_of_the_session() -> None:
    english = Vocabulary.model_validate(vocabulary("en"))
    told = parts.title(client_row(1), ASKED, EVENTS[0], EN, english)
    assert "Anomaly to verify: below its level, since 23/05/2024 00:00, still open." in told
    assert "Consumption fell to half of what was expected." in told


def test_an_unknown_family_is_shown_as_it_is_called() -> None:
    assert parts.family("transformer", SPANISH) == "transformer"
    assert parts.family(None, SPANISH) == "—"
