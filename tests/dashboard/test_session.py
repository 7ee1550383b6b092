"""What a session looks at, and what its address says of it."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import address
from dashboard.address import Filters
from dashboard.periods import around
from dashboard.service import RefusedError, ServiceClient, Vocabulary
from dashboard.session import Session
from dashboard.views import VIEWS
from dashboard.words import words_of
from tests.dashboard.fake_service import EVENTS, UNTIL, running
from tests.dashboard.sessions import session_of

ES = words_of("es")
LANDING = Filters(vista="bandeja")


@pytest.fixture
def written() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def session(written: list[tuple[str, bool]]) -> Iterator[Session]:
    with session_of(LANDING, written) as session:
        assert session.refresh()
        yield session


@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from([view.name for view in VIEWS]))
def test_an_address_gives_back_the_filters_it_was_made_of(client: str, search: str, view: str) -> None:
    filters = Filters(vista=view, cliente=client, buscar=search, inicio="2024-01-01T05:00", fin="2024-02-01T00:00")
    assert address.from_query(address.to_query(filters), VIEWS) == filters


def test_a_malformed_address_opens_the_landing_page() -> None:
    assert address.from_query("?vista=nada&inicio=ayer&x=1&idioma=qu", VIEWS) == LANDING


def test_an_address_with_a_client_alone_opens_the_client() -> None:
    assert address.from_query("?cliente=7", VIEWS).vista == "cliente"


def test_the_usual_language_needs_no_place_in_the_address() -> None:
    assert address.from_query("?idioma=es", VIEWS) == LANDING
    assert address.from_query("?idioma=en", VIEWS).idioma == "en"


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
    with running() as address_:
        session = Session(ServiceClient(address_, 5, ES), ES, LANDING, lambda *_: None)
        assert session.refresh()
    assert not session.refresh()
    assert "No hay conexión" in session.error
    assert len(session.clients) == 4
    assert session.vocabulary.short("kinds", "level_down") == "bajada de nivel"
    session.service.close()


def test_a_service_without_a_vocabulary_is_no_error(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Vocabulary:
        raise RefusedError("No existe lo que se pidió.")

    monkeypatch.setattr(session, "vocabulary", Vocabulary())
    monkeypatch.setattr(session.service, "vocabulary", refuse)
    assert session.refresh()
    assert session.error == ""
    assert session.vocabulary.short("kinds", "level_down") == "level_down"


def test_the_vocabulary_is_read_once_a_session(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ServiceClient, "vocabulary")
    assert session.refresh()
