"""What stands around every view: bar, navigation, status line. It makes a view on its first visit and shows one."""

from collections.abc import Sequence
from html import escape
from types import MappingProxyType

import panel as pn
import panel_material_ui as pmui
from panel.util.parameters import edit_readonly
from panel_material_ui.base import BASE_TEMPLATE
from panel_material_ui.template.base import Page as MaterialPage

from dashboard import address
from dashboard.address import DARK, Filters
from dashboard.service import Body
from dashboard.session import Session
from dashboard.views.view import Page, View
from dashboard.widgets import elements, html
from dashboard.widgets.history import History
from dashboard.words import Words, formats

BRAND = "#0b4f7d"
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
DARK_BAR = MappingProxyType(
    {"MuiAppBar": {"styleOverrides": {"root": {"backgroundColor": "#12303f !important", "color": "#fff !important"}}}}
)
NAMED = 5
"""Parts of an address that were not understood and are named; of more it is said how many."""
HIDDEN = "vista-oculta"
"""Class of a view that is not in sight."""


class Shell:
    """The frame of a session.

    Args:
        session: whose filters say which view is shown.
        views: the views there are; the first is the landing page.

    Attributes:
        navigation: the views by title; what is chosen is in sight.
        slots: the place of each view by its name.
        pages: what was made so far.
    """

    def __init__(self, session: Session, views: Sequence[View]) -> None:
        self._session = session
        self._views = {view.name: view for view in views}
        self.slots = {name: _slot() for name in self._views}
        self.pages: dict[str, Page] = {}
        self._fresh: set[str] = set()
        self._loaded = False
        self._dark = session.filters.tema == DARK
        self._line = session.line()
        self._status = elements.markup("vigia-estado", status({}, session.words, reading=True))
        self._address = elements.markup("vigia-direccion")
        self.navigation = pmui.RadioButtonGroup(
            options={view.title(session.words): view.name for view in views}, value=session.filters.vista,
            size="small", margin=8, css_classes=["vigia-navegacion"],
            sx={"& .MuiButtonBase-root": {"textTransform": "none"}},
        )  # fmt: skip
        self.navigation.param.watch(lambda change: session.go(vista=change.new), "value")
        reload = pmui.Button(
            label=session.words.shell.refresh, variant="text", size="small", css_classes=["ir-actualizar"]
        )
        reload.on_click(lambda _: self.load())
        bar = pn.FlexBox(
            self.navigation, self._status, reload, align_items="center", gap="0", sizing_mode="stretch_width"
        )
        self._status.styles = {"flex": "1 1 260px"}
        self.main: list[pn.viewable.Viewable] = [bar, self._address, *self.slots.values()]
        session.listen(self._follow)
        self._show()

    @property
    def status(self) -> str:
        """The status line, as markup."""
        return self._status.html

    @property
    def left_out(self) -> str:
        """What is said of an address that was not understood, as markup."""
        return self._address.html

    def load(self) -> None:
        """Read the fleet's lists and the view in sight; the other ones read again when they come into sight."""
        self._status.html = status(self._session.health, self._session.words, reading=True)
        self._line.ask(self._read())

    async def _read(self) -> None:
        await self._session.refresh()
        await self._line.show(self._show_read)

    def _show_read(self) -> None:
        self._status.html = status(self._session.health, self._session.words)
        self._loaded = True
        self._fresh.clear()
        self._show()

    def paint(self, dark: bool) -> None:
        """Fit everything to the theme."""
        self._dark = dark
        with pn.io.hold():
            for page in self.pages.values():
                page.paint(dark)

    def _follow(self, former: Filters) -> None:
        with pn.io.hold():
            self._show(self._session.filters.differing(former))

    def _show(self, changed: set[str] | None = None) -> None:
        """Bring the view of the filters into sight; a page that is not up to date reads, another one follows."""
        name = self._session.filters.vista
        self.navigation.value = name
        self._address.html = html.alert(left_out(self._session.left_out, self._session.words), "warning")
        page = self._page(name)
        for other, slot in self.slots.items():
            slot.css_classes = [] if other == name else [HIDDEN]
        if not self._loaded:
            return
        if name not in self._fresh:
            self._fresh.add(name)
            page.load()
        elif changed is None or changed & (self._views[name].filters | {"vista"}):
            page.follow()

    def _page(self, name: str) -> Page:
        if name not in self.pages:
            page = self.pages[name] = self._views[name].make(self._session)
            page.paint(self._dark)
            self.slots[name].append(page.panel)
        return self.pages[name]


def framed(shell: Shell, session: Session, history: History) -> MaterialPage:
    """The whole page around a shell."""
    words, dark = session.words, session.filters.tema == DARK
    home = address.to_query(Filters(idioma=session.filters.idioma))
    shown = MaterialPage(
        title="Vigía", site_url=f"/{home.removesuffix('?')}", main=[*shell.main, history], dark_theme=dark,
        theme_toggle=True, busy_indicator=None, template=_template(words.locale),
        theme_config={
            "light": {"palette": {"primary": {"main": BRAND}}, "typography": {"fontFamily": FONT}},
            "dark": {
                "palette": {"primary": {"main": "#8ec7f0"}},
                "components": dict(DARK_BAR),
                "typography": {"fontFamily": FONT},
            },
        },
    )  # fmt: skip

    def repaint(_: object) -> None:
        shell.paint(shown.dark_theme)
        session.go(tema=DARK if shown.dark_theme else "")

    _let_go(shown)
    shown.param.watch(repaint, "dark_theme")
    return shown


def _let_go(shown: MaterialPage) -> None:
    """Keep a page from following whether the process is busy, which nothing on it shows.

    panel-material-ui lets each page watch `pn.state`, which lives as long as the process and so keeps the page, and
    with it all of its session, for ever. A plain value ends the reference, but param leaves the watcher behind.
    """
    with edit_readonly(shown):
        shown.busy = False
    for watcher in list(pn.state.param.watchers.get("busy", {}).get("value", [])):
        if getattr(getattr(watcher.fn, "__self__", None), "self", None) is shown:
            pn.state.param.unwatch(watcher)


def status(health: Body, words: Words, reading: bool = False) -> str:
    """The status line: up to when, which release, how many clients; and whether that is being read now."""
    line = words.shell.loading if reading else words.shell.no_data
    if health:
        known = words.shell.status.format(
            until=formats.date_hour(health["data_until"]),
            release=health["release"][:12],
            clients=words.shell.clients.of(health["clients"]),
        )
        line = f"{known} · {line}" if reading else known
    return f'<p class="note">{escape(line)}</p>'


def left_out(parts: Sequence[str], words: Words) -> str:
    """What of the address was not understood, in a sentence; nothing where all was."""
    if not parts:
        return ""
    named = ", ".join(f"«{formats.shortened(part)}»" for part in parts[:NAMED])
    named = words.shell.and_more.format(names=named, count=len(parts) - NAMED) if len(parts) > NAMED else named
    return words.shell.left_out.format(names=named)


def _slot() -> pn.Column:
    return pn.Column(sizing_mode="stretch_width", css_classes=[HIDDEN], stylesheets=[elements.style("slot.css")])


def _template(language: str) -> str:
    """The toolkit's page, which says that it is English whatever is on it, with the language it has."""
    environment = BASE_TEMPLATE.environment
    source: str = environment.loader.get_source(environment, BASE_TEMPLATE.name)[0]
    return source.replace('<html lang="en"', f'<html lang="{language}"')
