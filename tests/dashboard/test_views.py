"""The registry: a view is one record, and what it needs follows from it."""

from collections.abc import Iterator

import panel as pn
import pytest

from dashboard import address
from dashboard.address import FIELDS, Filters
from dashboard.session import Session
from dashboard.shell import HIDDEN, Shell
from dashboard.views import VIEWS
from dashboard.views.view import Page, View
from dashboard.words import LANGUAGES, words_of
from tests.dashboard.sessions import session_of


class ToyPage(Page):
    """Counts what the shell asks of it."""

    made = 0

    def __init__(self, session: Session) -> None:
        type(self).made += 1
        self.panel = pn.Spacer()
        self.calls: list[str] = []
        self.sector = session.filters.sector

    def load(self) -> None:
        self.calls.append("load")

    def follow(self) -> None:
        self.calls.append("follow")

    def paint(self, dark: bool) -> None:
        self.calls.append("dark" if dark else "light")


def toy_view(name: str) -> tuple[View, type[ToyPage]]:
    page = type(f"{name.title()}Page", (ToyPage,), {"made": 0})
    return View(name, lambda words: f"{name} ({words.language})", page, frozenset({"sector"})), page


TOY, TOY_PAGE = toy_view("juguete")
OTHER, OTHER_PAGE = toy_view("otro")


@pytest.fixture
def session() -> Iterator[Session]:
    TOY_PAGE.made = OTHER_PAGE.made = 0
    with session_of(Filters(vista="otro")) as session:
        yield session


@pytest.fixture
def shell(session: Session) -> Shell:
    shell = Shell(session, (OTHER, TOY))
    shell.load()
    return shell


def calls(shell: Shell, name: str) -> list[str]:
    page = shell.pages[name]
    assert isinstance(page, ToyPage)
    return page.calls


def in_sight(shell: Shell) -> list[str]:
    return [name for name, slot in shell.slots.items() if HIDDEN not in slot.css_classes]


def test_a_view_stands_in_the_navigation_by_its_title_and_is_made_on_its_first_visit_only(
    session: Session, shell: Shell
) -> None:
    assert shell.navigation.options == {"otro (es)": "otro", "juguete (es)": "juguete"}
    assert TOY_PAGE.made == 0
    assert in_sight(shell) == ["otro"]
    shell.navigation.value = "juguete"
    assert session.filters.vista == "juguete"
    assert in_sight(shell) == ["juguete"]
    session.go(vista="otro")
    session.go(vista="juguete")
    assert TOY_PAGE.made == OTHER_PAGE.made == 1
    assert shell.navigation.value == "juguete"


def test_a_view_reads_once_and_follows_its_own_filters_alone(session: Session, shell: Shell) -> None:
    assert calls(shell, "otro") == ["light", "load"]
    session.go(sector="Agro")
    session.go(buscar="nada")
    assert calls(shell, "otro") == ["light", "load", "follow"]


def test_a_view_that_comes_into_sight_shows_what_changed_meanwhile(session: Session, shell: Shell) -> None:
    session.go(vista="juguete")
    session.go(sector="Agro")
    session.go(vista="otro")
    assert calls(shell, "otro")[2:] == ["follow"]


def test_fresh_data_are_read_by_a_view_when_it_is_seen(session: Session, shell: Shell) -> None:
    session.go(vista="juguete")
    shell.load()
    assert calls(shell, "juguete") == ["light", "load", "load"]
    assert calls(shell, "otro") == ["light", "load"]
    session.go(vista="otro")
    assert calls(shell, "otro") == ["light", "load", "load"]


def test_a_view_made_after_the_theme_was_changed_has_it(session: Session, shell: Shell) -> None:
    shell.paint(dark=True)
    session.go(vista="juguete")
    assert calls(shell, "otro")[-1] == "dark"
    assert calls(shell, "juguete")[0] == "dark"


def test_nothing_is_read_before_the_page_stands(session: Session) -> None:
    assert calls(Shell(session, (OTHER, TOY)), "otro") == ["light"]


def test_an_address_knows_a_view_of_the_registry() -> None:
    assert address.from_query("?vista=juguete", (OTHER, TOY)).vista == "juguete"
    assert address.from_query("?vista=juguete", VIEWS).vista == VIEWS[0].name


def test_every_view_is_addressed_alone_and_named_in_every_language() -> None:
    assert len({view.name for view in VIEWS}) == len(VIEWS)
    for view in VIEWS:
        assert view.filters <= FIELDS
        assert view.opened_by in {"", *view.filters}
        assert all(view.title(words_of(language)) for language in LANGUAGES)
