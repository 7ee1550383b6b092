"""The page of one client: its filters, and what is asked of the service.

What is named on the page and what is drawn on it change together: the answers about another client or other dates come
at once, or, where they take longer, the page is emptied and says so. What no answer came for stays empty and is named.
"""

from collections import Counter
from contextlib import aclosing
from functools import partial

import panel as pn
import panel_material_ui as pmui

from dashboard.periods import around, hours_between, last_days, with_offset
from dashboard.service import as_they_come
from dashboard.session import Session
from dashboard.views.client.content import Asked, Content
from dashboard.views.client.sheet import Sheet
from dashboard.views.view import Page, View
from dashboard.widgets import elements

ALL_POINTS = 2400
"""Up to so many hours, all are drawn; of more, the service keeps the extremes in about `POINTS`."""
POINTS = 1500
PATIENCE = 0.25
"""Seconds for which what was drawn before stays, under its own name, while the next answers are awaited."""


class ClientPage(Page):
    """The page of one client."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._line = session.line()
        self._asked: Asked | None = None
        self._content = Content(None, None)
        self._revision = 0
        self._silent = False
        words, said = session.words, session.words.client
        filters = words.filters
        self.sheet = Sheet(words, self._open)
        self._sector = elements.select(filters.sector, {filters.every_sector: ""}, "", "cliente-sector", 190)
        self._client = pmui.Select(
            label=filters.client, options={"—": ""}, value="", size="small", width=220, margin=8, searchable=True,
            css_classes=["cliente-elegir"],
        )  # fmt: skip
        self._start = elements.date_hour(filters.start, "inicio", words)
        self._end = elements.date_hour(filters.end, "fin", words)
        self._marker = elements.Markup(css_classes=["vigia-revision"], width=0, height=0, margin=0)
        self._sector.param.watch(lambda change: self._choose_sector(change.new), "value")
        for widget, name in ((self._client, "cliente"), (self._start, "inicio"), (self._end, "fin")):
            widget.param.watch(lambda change, name=name: self._go(**{name: change.new or "", "evento": ""}), "value")
        back = elements.button(said.back, "volver", lambda _: session.go(vista="bandeja"))
        former = elements.button(said.former, "anterior", lambda _: self._step(-1))
        following = elements.button(said.next, "siguiente", lambda _: self._step(1))
        self.panel = pn.Column(
            pn.FlexBox(back, self._sector, self._client, self._start, self._end, former, following,
                       align_items="flex-end", gap="0"),
            *self.sheet.layout(), self._marker,
            sizing_mode="stretch_width", css_classes=["vigia-cliente"],
        )  # fmt: skip

    def paint(self, dark: bool) -> None:
        """Fit letters and lines of the figures to the theme."""
        self.sheet.figures.paint(dark)

    def load(self) -> None:
        """Read everything again."""
        self._asked = None
        self.follow()

    def follow(self) -> None:
        """Show what the session's filters say."""
        session, filters = self._session, self._session.filters
        if not session.clients or not session.data_until:
            words = session.words
            self._refuse(session.error or (words.client.no_clients if session.health else words.shell.no_data))
            return
        client = filters.cliente or (session.of_sector(filters.sector) or session.clients)[0]["client_id"]
        start, end = last_days(session.data_until)
        asked = Asked(client, filters.inicio or start, filters.fin or end)
        if asked != (filters.cliente, filters.inicio, filters.fin):
            session.complete(cliente=asked.client, inicio=asked.start, fin=asked.end)
            return
        self._show_filters()
        wrong = self._wrong(asked)
        if wrong:
            self._refuse(wrong, asked)
        elif self._asked != asked:
            self._asked = asked
            self._line.ask(self._ask(asked))
        elif self._content.asked == asked:
            self.sheet.name(self._content, session.vocabulary, filters.evento, self._unknown_sector())
            self._count(self._content)

    def _wrong(self, asked: Asked) -> str:
        """Why there is nothing to ask the service, in a sentence; nothing where there is."""
        session, said = self._session, self._session.words.client
        if session.named(asked.client) is None:
            return said.unknown.format(client=asked.client)
        return "" if session.filters.dates_ok else said.bad_dates

    def _refuse(self, why: str, asked: Asked | None = None) -> None:
        """Show nothing but why."""
        self._line.drop()
        self._asked = None
        self._draw(Content(asked, self._session.named(asked.client) if asked else None, why=why))

    async def _ask(self, asked: Asked) -> None:
        service, zone, row = self._session.service, self._session.zone, self._session.named(asked.client)
        client, first, last = asked.client, with_offset(asked.start, zone), with_offset(asked.end, zone)
        points = ALL_POINTS if hours_between(asked.start, asked.end) <= ALL_POINTS else POINTS
        answers = as_they_come(
            PATIENCE,
            series=service.series(client, first, last, points),
            profile=service.profile(client, first, last),
            detail=service.client(client),
            events=service.events(client_id=client, start=first, end=last),
            forecast=service.forecast(client),
            summary=service.summary(first, last, (row or {}).get("sector")),
        )
        async with aclosing(answers):
            async for found in answers:
                await self._line.show(partial(self._draw, Content(asked, row, found)))

    def _draw(self, content: Content) -> None:
        self._content = content
        if content.failed and not content.waiting:
            self._asked = None
        session = self._session
        self.sheet.draw(content, session.vocabulary, session.filters.evento, self._unknown_sector())
        self._count(content)

    def _count(self, content: Content) -> None:
        """Tell those who measure that all of a content is on the page."""
        if not content.waiting:
            self._revision += 1
            self._marker.html = f'<span data-testid="revision" hidden>{self._revision}</span>'

    def _unknown_sector(self) -> str:
        """That there is no sector of the name that the address has; nothing where there is."""
        sector = self._session.filters.sector
        known = not sector or sector in self._session.sectors
        return "" if known else self._session.words.client.unknown_sector.format(sector=sector)

    def _show_filters(self) -> None:
        """Let the widgets say what the filters say, without answering themselves."""
        filters, words = self._session.filters, self._session.words
        self._silent = True
        try:
            every = {words.filters.every_sector: ""}
            elements.offer(self._sector, every | {name: name for name in self._session.sectors}, filters.sector)
            rows = self._session.of_sector(filters.sector)
            times = Counter(row["name"] for row in rows)
            options = {
                row["name"] if times[row["name"]] == 1 else f"{row['name']} ({row['client_id']})": row["client_id"]
                for row in rows
            }
            if filters.cliente not in options.values():
                row = self._session.named(filters.cliente)
                options[row["name"] if row else words.client.unlisted.format(client=filters.cliente)] = filters.cliente
            elements.offer(self._client, options, filters.cliente)
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
        event = self._content.chosen(event_id)
        if event is None:
            return
        start, end = around(event["start"], event["end"], self._session.data_until)
        self._go(evento=event_id, inicio=start, fin=end)


VIEW = View(
    name="cliente",
    title=lambda words: words.client.name,
    make=ClientPage,
    filters=frozenset({"cliente", "sector", "inicio", "fin", "evento"}),
    opened_by="cliente",
)
