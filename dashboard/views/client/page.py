"""The page of one client. All figures change in place."""

from html import escape

import panel as pn
import panel_material_ui as pmui

from dashboard.figures.client import Figures
from dashboard.periods import around, hours_between, last_days, with_offset
from dashboard.service import Body, ServiceAwayError, ServiceError
from dashboard.session import Session
from dashboard.views.client import parts
from dashboard.views.view import Page, View
from dashboard.widgets import elements, html
from dashboard.widgets.event_table import EventTable

ALL_POINTS = 2400
"""Up to so many hours, all are drawn; of more, the service keeps the extremes in about `POINTS`."""
POINTS = 1500


class ClientPage(Page):
    """The page of one client."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._events: list[Body] = []
        self._asked: tuple[str, ...] = ()
        self._revision = 0
        self._silent = False
        words, said = session.words, session.words.client
        filters = words.filters
        self.figures = Figures(words.figures)
        self._sector = elements.select(filters.sector, {filters.every_sector: ""}, "", "cliente-sector", 190)
        self._client = pmui.Select(
            label=filters.client, options={"—": ""}, value="", size="small", width=220, margin=8, searchable=True,
            css_classes=["cliente-elegir"],
        )  # fmt: skip
        self._start = elements.date_hour(filters.start, "inicio", words)
        self._end = elements.date_hour(filters.end, "fin", words)
        self._alert = elements.markup("vigia-alerta-cliente")
        self._message = elements.markup("vigia-mensaje-cliente")
        self._title = elements.markup("cliente-titulo")
        self._figures = elements.markup("cliente-cifras")
        self._card = elements.markup("cliente-ficha")
        self._table = EventTable("vigia-eventos-cliente", words, self._open, clients=False, empty=said.no_events)
        self._marker = elements.Markup(css_classes=["vigia-revision"], width=0, height=0, margin=0)
        self._sector.param.watch(lambda change: self._choose_sector(change.new), "value")
        for widget, name in ((self._client, "cliente"), (self._start, "inicio"), (self._end, "fin")):
            widget.param.watch(lambda change, name=name: self._go(**{name: change.new or "", "evento": ""}), "value")
        self._title.styles, self._alert.styles = {"flex": "1 1 300px"}, {"flex": "1 1 420px"}
        back = elements.button(said.back, "volver", lambda _: session.go(vista="bandeja"))
        former = elements.button(said.former, "anterior", lambda _: self._step(-1))
        following = elements.button(said.next, "siguiente", lambda _: self._step(1))
        self.panel = pn.Column(
            pn.FlexBox(back, self._sector, self._client, self._start, self._end, former, following,
                       align_items="flex-end", gap="0"),
            self._message, pn.FlexBox(self._title, self._alert, min_height=84, gap="0", align_items="center"),
            self._figures, *self.figures.layout(self._card),
            elements.markup("eventos-titulo", f"<h2>{escape(said.events)}</h2>"), self._table.view, self._marker,
            sizing_mode="stretch_width", css_classes=["vigia-cliente"],
        )  # fmt: skip

    def paint(self, dark: bool) -> None:
        """Fit letters and lines of the figures to the theme."""
        self.figures.paint(dark)

    def follow(self) -> None:
        """Show what the session's filters say."""
        filters, said = self._session.filters, self._session.words.client
        if not self._session.clients:
            self._say(self._session.error)
            return
        client = filters.cliente or (self._session.of_sector(filters.sector) or self._session.clients)[0]["client_id"]
        start, end = filters.inicio, filters.fin
        if not start or not end:
            start, end = last_days(self._session.data_until)
        if (client, start, end) != (filters.cliente, filters.inicio, filters.fin):
            self._session.complete(cliente=client, inicio=start, fin=end)
            return
        self._show_filters()
        if self._session.named(client) is None:
            self._say(said.unknown.format(client=client))
        elif not filters.dates_ok:
            self._say(said.bad_dates)
        elif self._asked != (client, start, end):
            self._load(client, start, end)
        self._show_title()
        self._revision += 1
        self._marker.html = f'<span data-testid="revision" hidden>{self._revision}</span>'

    def load(self) -> None:
        """Read everything again."""
        self._asked = ()
        self.follow()

    def _load(self, client: str, start: str, end: str) -> None:
        service, until = self._session.service, self._session.data_until
        first, last = with_offset(start, until), with_offset(end, until)
        points = ALL_POINTS if hours_between(start, end) <= ALL_POINTS else POINTS
        sector = (self._session.named(client) or {}).get("sector")
        try:
            found = service.together(
                series=lambda: service.series(client, first, last, points),
                profile=lambda: service.profile(client, first, last),
                detail=lambda: service.client(client),
                events=lambda: service.events(client_id=client),
                forecast=lambda: service.forecast(client),
                summary=lambda: service.summary(first, last, sector),
            )
        except ServiceAwayError as error:
            self._say(self._session.words.shell.kept.format(error=error) if self._asked else str(error))
            return
        refused = [value for value in found.values() if isinstance(value, ServiceError)]
        self._asked = (client, start, end)
        self._events = [] if isinstance(found["events"], ServiceError) else found["events"]
        empty = not isinstance(found["series"], ServiceError) and not found["series"]["timestamp"]
        self._say(str(refused[0]) if refused else self._session.words.client.no_series if empty else "")
        self.figures.draw(found, self._events, client)
        self._show_numbers(found)
        self._table.show(self._events, self._session.vocabulary)

    def _show_numbers(self, found: Body) -> None:
        detail, profile = found["detail"], found["profile"]
        words, vocabulary = self._session.words, self._session.vocabulary
        row = self._session.named(self._session.filters.cliente) or {}
        self._figures.html = parts.figures(row, None if isinstance(profile, ServiceError) else profile, words)
        self._card.html = "" if isinstance(detail, ServiceError) else parts.model_card(detail, words, vocabulary)
        self._alert.html = html.alert(parts.alarm(row, words), "error") if row.get("alert") else ""

    def _show_title(self) -> None:
        row = self._session.named(self._session.filters.cliente)
        chosen = next((e for e in self._events if e["event_id"] == self._session.filters.evento), None)
        self._title.html = parts.title(row, chosen, self._session.words, self._session.vocabulary) if row else ""

    def _show_filters(self) -> None:
        """Let the widgets say what the filters say, without answering themselves."""
        filters = self._session.filters
        self._silent = True
        try:
            rows = self._session.of_sector(filters.sector)
            every = {self._session.words.filters.every_sector: ""}
            elements.offer(self._sector, every | {name: name for name in self._session.sectors})
            self._sector.value = filters.sector if filters.sector in self._session.sectors else ""
            options = {row["name"]: row["client_id"] for row in rows}
            if filters.cliente not in options.values():
                options |= {self._session.words.client.unlisted.format(client=filters.cliente): filters.cliente}
            if self._client.options != options:
                self._client.options = options
            self._client.value = filters.cliente
            self._start.value, self._end.value = filters.inicio, filters.fin
        finally:
            self._silent = False

    def _go(self, **changes: str) -> None:
        if not self._silent:
            with pn.io.hold():
                self._session.go(**changes)

    def _choose_sector(self, sector: str) -> None:
        rows = self._session.of_sector(sector or "")
        now = self._session.filters.cliente
        stays = any(row["client_id"] == now for row in rows)
        self._go(sector=sector or "", cliente=now if stays or not rows else rows[0]["client_id"], evento="")

    def _step(self, by: int) -> None:
        ids = [row["client_id"] for row in self._session.of_sector(self._session.filters.sector)]
        now = self._session.filters.cliente
        place = ids.index(now) + by if now in ids else 0
        self._go(cliente=ids[place % len(ids)], evento="")

    def _open(self, event_id: str) -> None:
        event = next(event for event in self._events if event["event_id"] == event_id)
        start, end = around(event["start"], event["end"], self._session.data_until)
        self._go(evento=event_id, inicio=start, fin=end)

    def _say(self, sentence: str) -> None:
        self._message.html = html.alert(sentence, "warning")


VIEW = View(
    name="cliente",
    title=lambda words: words.client.name,
    make=ClientPage,
    filters=frozenset({"cliente", "sector", "inicio", "fin", "evento"}),
    opened_by="cliente",
)
