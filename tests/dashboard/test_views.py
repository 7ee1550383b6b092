"""The registry: a view is one record, and what it needs follows from it."""

from collections.abc import Callable

import panel as pn

from dashboard import address
from dashboard.address import FIELDS, Filters
from dashboard.session import Session
from dashboard.shell import HIDDEN, Shell
from dashboard.views import VIEWS
from dashboard.views.view import Page, View
from dashboard.words import LANGUAGES, words_of
from tests.dashboard.sessions import session_of
from tests.support.loops import finished


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


Scenario = Callable[[Session, Shell], None]


def seen(scenario: Scenario, load: bool = True, address: str = "otro") -> Shell:
    """Run a scenario on a shell of the two views; the fleet's lists are read before and after it."""
    TOY_PAGE.made = OTHER_PAGE.made = 0

    async def run() -> Shell:
        async with session_of(Filters(vista=address)) as session:
            shell = Shell(session, (OTHER, TOY))
            if load:
                shell.load()
            await session.settled()
            scenario(session, shell)
            await session.settled()
            return shell

    return finished(run())


def calls(shell: Shell, name: str) -> list[str]:
    page = shell.pages[name]
    assert isinstance(page, ToyPage)
    return page.calls


def in_sight(shell: Shell) -> list[str]:
    return [name for name, slot in shell.slots.items() if HIDDEN not in slot.css_classes]


def test_a_view_stands_in_the_navigation_by_its_title_and_is_made_on_its_first_visit_only() -> None:
    def scenario(session: Session, shell: Shell) -> None:
        assert shell.navigation.options == {"otro (es)": "otro", "juguete (es)": "juguete"}
        assert TOY_PAGE.made == 0
        assert in_sight(shell) == ["otro"]
        shell.navigation.value = "juguete"
        assert session.filters.vista == "juguete"
        assert in_sight(shell) == ["juguete"]
        session.go(vista="otro")
        session.go(vista="juguete")
        assert shell.navigation.value == "juguete"

    seen(scenario)
    assert TOY_PAGE.made == OTHER_PAGE.made == 1


def test_a_view_reads_once_and_follows_its_own_filters_alone() -> None:
    def scenario(session: Session, shell: Shell) -> None:
        assert calls(shell, "otro") == ["light", "load"]
        session.go(sector="Agro")
        session.go(buscar="nada")

    assert calls(seen(scenario), "otro") == ["light", "load", "follow"]


def test_a_view_that_comes_into_sight_shows_what_changed_meanwhile() -> None:
    def scenario(session: Session, shell: Shell) -> None:
        session.go(vista="juguete")
        session.go(sector="Agro")
        session.go(vista="otro")

    assert calls(seen(scenario), "otro")[2:] == ["follow"]


def test_fresh_data_are_read_by_a_view_when_it_is_seen() -> None:
    async def run() -> Shell:
        async with session_of(Filters(vista="otro")) as session:
            shell = Shell(session, (OTHER, TOY))
            shell.load()
            await session.settled()
            session.go(vista="juguete")
            shell.load()
            await session.settled()
            assert calls(shell, "juguete") == ["light", "load", "load"]
            assert calls(shell, "otro") == ["light", "load"]
            session.go(vista="otro")
            return shell

    assert calls(finished(run()), "otro") == ["light", "load", "load"]


def test_a_view_made_after_the_theme_was_changed_has_it() -> None:
    def scenario(session: Session, shell: Shell) -> None:
        shell.paint(dark=True)
        session.go(vista="juguete")

    shell = seen(scenario)
    assert calls(shell, "otro")[-1] == "dark"
    assert calls(shell, "juguete")[0] == "dark"


def test_nothing_is_read_before_the_page_stands() -> None:
    shell = seen(lambda *_: None, load=False)
    assert calls(shell, "otro") == ["light"]
    assert "Cargando" in shell.status


def test_what_of_the_address_was_not_understood_is_said_until_the_next_place() -> None:
    async def run() -> list[str]:
        async with session_of(Filters(vista="otro")) as session:
            session.left_out = tuple(f"x{number}=1" for number in range(7))
            shell = Shell(session, (OTHER, TOY))
            shell.load()
            await session.settled()
            before = shell.left_out
            session.go(vista="juguete")
            return [before, shell.left_out]

    before, after = finished(run())
    assert "«x0=1», «x1=1», «x2=1», «x3=1», «x4=1» y 2 más" in before
    assert after == ""


def test_an_address_knows_a_view_of_the_registry() -> None:
    assert address.from_query("?vista=juguete", (OTHER, TOY)).filters.vista == "juguete"
    assert address.from_query("?vista=juguete", VIEWS).filters.vista == VIEWS[0].name


def test_every_view_is_addressed_alone_and_named_in_every_language() -> None:
    assert len({view.name for view in VIEWS}) == len(VIEWS)
    for view in VIEWS:
        assert view.filters <= FIELDS
        assert view.opened_by in {"", *view.filters}
        assert all(view.title(words_of(language)) for language in LANGUAGES)
