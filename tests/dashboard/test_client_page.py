"""The page of a client: whatever fails or is late, all on it belongs to the client and time that it names."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dashboard.address import Filters
from dashboard.session import Session
from dashboard.views.client.page import ClientPage
from tests.dashboard.fake_service import HEAD, Odd, event, running
from tests.dashboard.sessions import session_on
from tests.support.loops import finished

PERIOD = {"inicio": "2024-05-01T06:00", "fin": "2024-05-08T06:00"}
Scenario = Callable[[Session, ClientPage], Awaitable[None]]


def on_the_page(scenario: Scenario, odd: Odd | None = None, timeout: float = 5, **filters: str) -> ClientPage:
    """A page of client 1 after a scenario; `odd` is what the service does then."""
    given = {"vista": "cliente", "cliente": "1", **PERIOD, **filters}
    changes: Odd = {}

    async def run() -> ClientPage:
        with running(odd=changes) as address:
            async with session_on(address, Filters(**given), timeout=timeout) as session:
                assert await session.refresh()
                page = ClientPage(session)
                session.listen(lambda _: page.follow())
                page.load()
                await session.settled()
                changes.update(odd or {})
                await scenario(session, page)
                await session.settled()
                return page

    return finished(run())


async def choose_the_second(session: Session, page: ClientPage) -> None:
    session.go(cliente="2")


def drawn(page: ClientPage) -> dict[str, int]:
    """How much each part of the page shows."""
    figures = page.sheet.figures
    return {
        "series": len(figures.series.sources["hours"].data["actual_kwh"]),
        "profile": len(page.sheet.numbers),
        "detail": len(page.sheet.card),
        "events": len(page.sheet.events),
        "forecast": len(figures.forecast.sources["hours"].data["forecast_kwh"]),
        "summary": len(figures.sector.sources["totals"].data["name"]),
    }


def test_all_that_is_drawn_is_of_the_client_and_time_named() -> None:
    page = on_the_page(choose_the_second)
    assert "Cliente 2" in page.sheet.title
    assert "01/05/2024 06:00 – 08/05/2024 06:00" in page.sheet.title
    assert "2,000,000 kWh" in page.sheet.numbers
    assert drawn(page)["series"] == 7 * 24
    assert page.sheet.message == ""


FAILING = {
    "series": ("/clients/2/series", "Consumo registrado y esperado"),
    "profile": ("/clients/2/profile", "Consumo medio por hora"),
    "detail": ("/v1/clients/2", "Ficha del modelo"),
    "events": ("client_id=2&", "Anomalías por verificar"),
    "forecast": ('"client_id": "2"', "Pronóstico del día siguiente"),
    "summary": ("/summary", "Energía activa total por cliente"),
}


@pytest.mark.parametrize("status", [500, 404, 503], ids=["fault", "refused", "away"])
@pytest.mark.parametrize("name", FAILING)
def test_a_part_whose_call_fails_is_empty_and_named(name: str, status: int) -> None:
    if name == "detail":
        odd: Odd = {"/clients/2/": (0, None), "/clients/2": (0, (status, {}))}
    else:
        odd = {FAILING[name][0]: (0, (status, {}))}
    page = on_the_page(choose_the_second, odd)
    assert "Cliente 2" in page.sheet.title
    amounts = drawn(page)
    assert amounts.pop(name) == 0
    amounts.pop("events", None)
    assert all(amounts.values())
    assert FAILING[name][1] in page.sheet.message
    assert "Este cliente no tiene" not in page.sheet.message


def test_of_a_service_that_is_gone_nothing_of_the_former_client_stays() -> None:
    page = on_the_page(choose_the_second, {"/v1/": (0, (503, {}))})
    assert "Cliente 2" in page.sheet.title
    assert set(drawn(page).values()) == {0}
    assert "todavía no tiene datos publicados" in page.sheet.message


def test_while_answers_are_late_the_page_is_empty_and_says_so() -> None:
    async def look(session: Session, page: ClientPage) -> None:
        session.go(cliente="2")
        await asyncio.sleep(0.8)
        assert "Cliente 2" in page.sheet.title
        assert set(drawn(page).values()) == {0}
        assert "Cargando Cliente 2" in page.sheet.message

    page = on_the_page(look, {"/v1/": (1.5, None)})
    assert drawn(page)["series"] == 7 * 24
    assert page.sheet.message == ""


def test_one_route_that_hangs_keeps_nothing_else_from_being_drawn() -> None:
    async def look(session: Session, page: ClientPage) -> None:
        session.go(cliente="2")
        await asyncio.sleep(1)
        amounts = drawn(page)
        assert amounts["series"] == 7 * 24
        assert amounts["forecast"] == 0

    page = on_the_page(look, {"/forecast": (30, None)}, timeout=2)
    assert "no respondió en 2 s. Intente de nuevo en un momento. Sin datos: Pronóstico" in page.sheet.message


def test_an_answer_that_comes_after_another_client_was_chosen_is_not_drawn() -> None:
    async def hurry(session: Session, page: ClientPage) -> None:
        session.go(cliente="2")
        await asyncio.sleep(0.1)
        session.go(cliente="3")
        await session.settled()
        await asyncio.sleep(1.2)

    page = on_the_page(hurry, {"/clients/2": (1.0, None)})
    assert "Cliente 3" in page.sheet.title
    assert "3,000,000 kWh" in page.sheet.numbers
    assert page.sheet.message == ""


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"cliente": "nadie"}, "No existe el cliente «nadie»"),
        ({"fin": "2024-04-01T00:00"}, "La fecha final debe ser posterior"),
        ({"inicio": "2031-01-01T00:00", "fin": "2031-02-01T00:00"}, "No hay lecturas de este cliente"),
        ({"sector": "Minas"}, "No existe el sector «Minas»"),
        ({"evento": "e99"}, "No se encuentra la anomalía «e99»"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_not_known_is_said_in_a_sentence(filters: dict[str, str], sentence: str) -> None:
    async def go(session: Session, page: ClientPage) -> None:
        session.go(**filters)

    page = on_the_page(go)
    assert sentence in page.sheet.message
    if {"cliente", "fin"} & set(filters):
        assert set(drawn(page).values()) == {0} or "inicio" in filters


EMPTY_ANSWERS: dict[str, Any] = {
    "nothing": {},
    "nulls": dict.fromkeys(
        ("timestamp", "actual_kwh", "mean_by_weekday_and_hour_kwh", "points", "clients", "client", "card", "issues")
    ),
    "other types": dict.fromkeys(("timestamp", "mean_by_weekday_and_hour_kwh", "points", "clients", "card"), "x"),
    "other lengths": {"timestamp": ["2024-05-01T00:00:00-05:00", "?"], "actual_kwh": [1.0], "is_anomaly": [None, 7]},
}


@pytest.mark.parametrize("body", EMPTY_ANSWERS.values(), ids=EMPTY_ANSWERS)
@pytest.mark.parametrize("route", ["/series", "/profile", "/forecast", "/summary", "/clients/2"])
def test_an_answer_of_another_form_breaks_no_page(route: str, body: dict[str, Any]) -> None:
    page = on_the_page(choose_the_second, {route: (0, (200, body))})
    assert "Cliente 2" in page.sheet.title


def test_events_of_a_newer_vocabulary_are_shown_as_they_are_called() -> None:
    odd_one = event(9, 2, "colossal", "prestige", 26) | {"kind": "teleported", "state": "dreaming"}
    nothing = dict.fromkeys(odd_one) | {"event_id": "e10"}
    items = [odd_one, nothing, "no event"]
    page = on_the_page(choose_the_second, {"/events": (0, (200, {**HEAD, "items": items, "next_cursor": None}))})
    assert [found["event_id"] for found in page.sheet.events] == ["e9", "e10"]
