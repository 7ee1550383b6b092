"""What a session looks at, and what its address says of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import address
from dashboard.address import Filters, Place
from dashboard.periods import around
from dashboard.service import ServiceClient
from dashboard.session import Session
from dashboard.views import VIEWS
from tests.dashboard.fake_service import EVENTS, UNTIL, Odd, running
from tests.dashboard.sessions import session_of, session_on
from tests.support.loops import finished

LANDING = Filters(vista="bandeja")


@pytest.fixture
def written() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def session(written: list[tuple[str, bool]]) -> Session:
    async def read() -> Session:
        async with session_of(LANDING, written) as session:
            assert await session.refresh()
            return session

    return finished(read())


@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from([view.name for view in VIEWS]))
def test_an_address_gives_back_the_filters_it_was_made_of(client: str, search: str, view: str) -> None:
    filters = Filters(vista=view, cliente=client, buscar=search, inicio="2024-01-01T05:00", fin="2024-02-01T00:00")
    assert address.from_query(address.to_query(filters), VIEWS) == Place(filters)


def test_a_malformed_address_opens_the_landing_page_and_says_what_was_left_out() -> None:
    place = address.from_query("?vista=nada&inicio=ayer&x=1&idioma=qu&tema=rosa&fin=2024-05-01T99:00", VIEWS)
    left_out = ("vista=nada", "inicio=ayer", "x=1", "idioma=qu", "tema=rosa", "fin=2024-05-01T99:00")
    assert place == Place(LANDING, left_out)


def test_of_a_filter_that_is_there_twice_the_first_counts() -> None:
    place = address.from_query("?buscar=a&buscar=b", VIEWS)
    assert place == Place(LANDING.but(buscar="a"), ("buscar=b",))


@given(st.text(max_size=400) | st.binary(max_size=400).map(lambda raw: raw.decode("latin1")))
def test_any_address_leads_somewhere_and_can_be_written_again(query: str) -> None:
    place = address.from_query(query, VIEWS)
    assert address.from_query(address.to_query(place.filters), VIEWS) == Place(place.filters)


@pytest.mark.parametrize("text", ["\ud800", "x" * 5000], ids=["half a letter", "very long"])
def test_what_an_operator_writes_can_always_be_sent(session: Session, text: str) -> None:
    session.go(buscar=text)
    assert len(address.to_query(session.filters).encode()) < 1000


@pytest.mark.parametrize(
    ("year", "known"), [("0001", False), ("1970", False), ("1971", True), ("2198", True), ("9999", False)]
)
def test_a_time_is_one_that_the_service_takes(year: str, known: bool) -> None:
    place = address.from_query(f"?inicio={year}-06-01T07:40", VIEWS)
    assert place.filters.inicio == (f"{year}-06-01T07:00" if known else "")
    assert bool(place.left_out) != known


def test_an_address_with_a_client_alone_opens_the_client() -> None:
    assert address.from_query("?cliente=7", VIEWS).filters.vista == "cliente"


def test_the_usual_language_needs_no_place_in_the_address() -> None:
    assert address.from_query("?idioma=es", VIEWS) == Place(LANDING)
    assert address.from_query("?idioma=en", VIEWS).filters.idioma == "en"


def test_an_event_is_shown_with_time_before_and_after_but_not_past_the_data() -> None:
    until = UNTIL.isoformat()
    assert around(EVENTS[1]["start"], EVENTS[1]["end"], until) == ("2024-04-28T00:00", "2024-05-21T00:00")
    assert around(EVENTS[0]["start"], None, until)[1] == "2024-06-01T00:00"


def test_the_address_follows_the_filters_once(session: Session, written: list[tuple[str, bool]]) -> None:
    seen: list[tuple[str, str]] = []
    session.listen(lambda former: seen.append((former.cliente, session.filters.cliente)))
    session.go(cliente="2")
    session.go(cliente="2")
    assert seen == [("", "2")]
    assert written == [("?vista=bandeja&cliente=2", False)]


def test_what_the_address_left_open_is_filled_in_at_the_same_place(
    session: Session, written: list[tuple[str, bool]]
) -> None:
    session.complete(cliente="2")
    assert written == [("?vista=bandeja&cliente=2", True)]


def test_back_leads_to_a_place_without_writing_a_new_one(session: Session, written: list[tuple[str, bool]]) -> None:
    seen: list[str] = []
    session.listen(lambda _: seen.append(session.filters.cliente))
    session.come_back(Filters(vista="cliente", cliente="3"))
    assert seen == ["3"]
    assert written == []


def test_last_data_stay_when_the_service_goes_away() -> None:
    odd: Odd = {}

    async def lose() -> Session:
        with running(odd=odd) as fake:
            async with session_on(fake, LANDING) as session:
                assert await session.refresh()
                odd["/v1/"] = (0, (503, {}))
                assert not await session.refresh()
                return session

    session = finished(lose())
    assert "todavía no tiene datos" in session.error
    assert len(session.clients) == 4
    assert session.vocabulary.short("kinds", "level_down") == "bajada de nivel"


@pytest.mark.parametrize("forced", [(404, {}), (200, {"kinds": 7})], ids=["none", "another form"])
def test_a_service_without_a_vocabulary_is_no_error(forced: tuple[int, object]) -> None:
    async def read() -> Session:
        with running(odd={"/vocabulary": (0, forced)}) as fake:
            async with session_on(fake, LANDING) as session:
                assert await session.refresh()
                return session

    session = finished(read())
    assert session.error == ""
    assert session.vocabulary.short("kinds", "level_down") == "level_down"


def test_the_vocabulary_is_read_once_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read() -> None:
        async with session_of(LANDING) as session:
            assert await session.refresh()
            monkeypatch.delattr(ServiceClient, "vocabulary")
            assert await session.refresh()

    finished(read())
