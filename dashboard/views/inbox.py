"""The inbox: anomalies to verify over all clients, most important first."""

from html import escape

import panel as pn
import panel_material_ui as pmui

from dashboard.periods import around
from dashboard.service import Body, Group, ServiceError, Vocabulary
from dashboard.session import Session
from dashboard.views.view import Page, View
from dashboard.widgets import elements, html, severity
from dashboard.widgets.event_table import EventTable, reason
from dashboard.words import Words, formats

ALL = ""
NAMED = 12
"""Clients that the red alert names; of more it says how many."""


class Inbox(Page):
    """The landing page of a session.

    Attributes:
        filters: the widgets by the name of their filter.
        shown: the events that the filters keep.
        clear: gives up all filters, where none of the events matches them.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._line = session.line()
        self._read = False
        self._error = ""
        self._known: dict[str, set[str]] = {}
        self._events: list[Body] = []
        self.shown: list[Body] = []
        words, filters = session.words, session.filters
        self._alert = elements.markup("vigia-alerta")
        self._message = elements.markup("vigia-mensaje", html.alert(words.shell.loading, "info"))
        self._chips = elements.markup("vigia-conteos")
        self._search = pmui.TextInput(
            label=words.inbox.search, value=filters.buscar, size="small", width=230, margin=8,
            css_classes=["filtro-buscar"],
        )  # fmt: skip
        said = words.filters
        self._sector = elements.select(said.sector, {said.every_sector: ALL}, filters.sector, "filtro-sector")
        self._severity = elements.select(said.severity, {said.every_severity: ALL}, filters.gravedad, "filtro-gravedad")
        self._state = elements.select(said.state, {said.every_state: ALL}, filters.estado, "filtro-estado")
        self._stake = elements.select(said.stake, {said.every_stake: ALL}, filters.tipo, "filtro-tipo")
        self._table = EventTable("vigia-eventos", words, self._open)
        self.clear = elements.button(words.inbox.clear, "quitar-filtros", lambda _: self._keep_all())
        self.clear.visible = self._table.view.visible = False
        self.filters: dict[str, pmui.TextInput | pmui.Select] = {
            "buscar": self._search,
            "sector": self._sector,
            "gravedad": self._severity,
            "estado": self._state,
            "tipo": self._stake,
        }
        for name, widget in self.filters.items():
            widget.param.watch(lambda change, name=name: session.go(**{name: change.new or ""}), "value")
        title = f'<h1>{escape(words.inbox.title)}</h1><p class="note">{escape(words.inbox.note)}</p>'
        self.panel = pn.Column(
            elements.markup("vigia-titulo", title), self._alert, self._chips,
            pn.FlexBox(*self.filters.values(), gap="0"), self._message, self.clear, self._table.view,
            sizing_mode="stretch_width", css_classes=["vigia-bandeja"],
        )  # fmt: skip

    @property
    def message(self) -> str:
        """What stands above the table, as markup."""
        return self._message.html

    def load(self) -> None:
        """Read the events; without an answer those read before stay."""
        self._line.ask(self._ask())
        if not self._read:
            self._message.html = html.alert(self._session.words.shell.loading, "info")

    async def _ask(self) -> None:
        try:
            self._events, self._error = await self._session.service.events(), ""
        except ServiceError as error:
            self._error = str(error)
        await self._line.show(self._show_read)

    def _show_read(self) -> None:
        self._read = True
        self._offer()
        alarming = [row for row in self._session.clients if row["alert"]]
        self._alert.html = html.alert(alarm(alarming, self._session.words), "error") if alarming else ""
        self.follow()

    def follow(self) -> None:
        """Show the events that the filters keep."""
        for name, widget in self.filters.items():
            if widget.value != getattr(self._session.filters, name):
                self._choose(widget, getattr(self._session.filters, name))
        if not self._read:
            return
        session = self._session
        self.shown = select(self._events, session)
        self._chips.html = chips(self.shown, session.vocabulary)
        self._table.show(self.shown, session.vocabulary)
        self._table.view.visible = bool(self.shown)
        self.clear.visible = bool(self._events and not self.shown)
        self._message.html = self._said()

    def _choose(self, widget: pmui.TextInput | pmui.Select, value: str) -> None:
        if isinstance(widget, pmui.Select):
            elements.offer(widget, widget.options, value)
        else:
            widget.value = value

    def _said(self) -> str:
        """What stands above the table, as markup: no answer, nothing that matches, or no news."""
        words, error = self._session.words, self._session.error or self._error
        said = []
        if error:
            when = self._session.read_at
            stale = words.shell.stale.format(error=error, when=when) if when and self._events else error
            said.append(html.alert(stale, "warning"))
        unknown = ", ".join(named for name, named in self._named_filters().items() if self._is_unknown(name))
        if unknown:
            said.append(html.alert(words.inbox.unknown.format(names=unknown), "warning"))
        if self._events and not self.shown:
            filters = ", ".join(self._named_filters().values())
            said.append(html.alert(words.inbox.no_match.of(len(self._events)).format(filters=filters), "info"))
        if not self._events and not error:
            said.append(html.alert(words.inbox.no_events, "success"))
        return "".join(said)

    def _named_filters(self) -> dict[str, str]:
        """The filters that are set, by name, as the page calls them."""
        found = {}
        for name, widget in self.filters.items():
            value = getattr(self._session.filters, name)
            if value:
                options = widget.options if isinstance(widget, pmui.Select) else {}
                word = next((word for word, option in options.items() if option == value), value)
                found[name] = f"{widget.label} «{formats.shortened(word)}»"
        return found

    def _is_unknown(self, name: str) -> bool:
        """Whether a filter names what neither the service nor any event knows."""
        value = getattr(self._session.filters, name)
        known = self._known.get(name, set())
        return bool(value and known) and value not in known

    def _keep_all(self) -> None:
        self._session.go(**dict.fromkeys(self.filters, ""))

    def _offer(self) -> None:
        """Offer what the service names and what the events have."""
        words, vocabulary, filters = self._session.words.filters, self._session.vocabulary, self._session.filters
        elements.offer(
            self._sector, {words.every_sector: ALL} | {name: name for name in self._session.sectors}, filters.sector
        )
        self._known = {"sector": set(self._session.sectors)}
        offered: tuple[tuple[pmui.Select, str, str, Group, str], ...] = (
            (self._severity, "gravedad", words.every_severity, "severities", "severity"),
            (self._state, "estado", words.every_state, "states", "state"),
            (self._stake, "tipo", words.every_stake, "stakes", "stake"),
        )
        for widget, filter_, every, group, field in offered:
            names = [name for name in vocabulary.ordered(group, (event[field] for event in self._events)) if name]
            self._known[filter_] = set(names)
            options = {every: ALL} | {formats.capital(vocabulary.short(group, name)): name for name in names}
            elements.offer(widget, options, getattr(filters, filter_))

    def _open(self, event_id: str) -> None:
        event = next((event for event in self.shown if event["event_id"] == event_id), None)
        if event is None:
            return
        start, end = around(event["start"], event["end"], self._session.data_until)
        self._session.go(vista="cliente", cliente=event["client_id"], evento=event_id, inicio=start, fin=end, sector="")


def select(events: list[Body], session: Session) -> list[Body]:
    """Events that the session's filters keep, grouped by stake; the service's order stands within a group."""
    filters = session.filters
    wanted = {"sector": filters.sector, "severity": filters.gravedad, "state": filters.estado, "stake": filters.tipo}
    asked = filters.buscar.casefold().strip()
    kept = [
        event
        for event in events
        if all(not value or event[name] == value for name, value in wanted.items())
        and asked in f"{event['client_name']} {event['client_id']} {reason(event, session.words)}".casefold()
    ]
    order = session.vocabulary.ordered("stakes", (event["stake"] for event in kept))
    return sorted(kept, key=lambda event: order.index(event["stake"]))


def alarm(clients: list[Body], words: Words) -> str:
    """What the red alert says."""
    names = ", ".join(f"{row['name']} ({row['recent_events']})" for row in clients[:NAMED])
    if len(clients) > NAMED:
        names = words.inbox.more.format(names=names, count=len(clients) - NAMED)
    return words.inbox.alarm.of(len(clients)).format(names=names)


def chips(events: list[Body], vocabulary: Vocabulary) -> str:
    """How many events there are, by severity and by what is at stake."""
    grades, stakes = ([event[name] for event in events] for name in ("severity", "stake"))
    parts = [
        severity.chip(name, vocabulary, f": {formats.number(grades.count(name))}")
        for name in vocabulary.ordered("severities", grades)
    ]
    for name in vocabulary.ordered("stakes", stakes):
        word, count = vocabulary.short("stakes", name), formats.number(stakes.count(name))
        hint = escape(vocabulary.help("stakes", name))
        parts.append(f'<span class="chip plain" title="{hint}">{escape(word)}: {count}</span>')
    return f'<div class="chips">{"".join(parts)}</div>'


VIEW = View(
    name="bandeja",
    title=lambda words: words.inbox.name,
    make=Inbox,
    filters=frozenset({"sector", "gravedad", "estado", "tipo", "buscar"}),
)
