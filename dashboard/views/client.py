"""One client: what was registered, what was expected, and where they part. All figures change in place."""

import panel as pn
import panel_material_ui as pmui

from dashboard import components, markup, texts
from dashboard.client import Body, ServiceAwayError, ServiceError
from dashboard.drawing import Figures
from dashboard.session import Session
from dashboard.state import around, hours_between, last_days, with_offset

ALL_POINTS = 2400
"""Up to so many hours, all are drawn; of more, the service keeps the extremes in about `POINTS`."""
POINTS = 1500


class ClientView:
    """The page of one client."""

    def __init__(self, session: Session, dark: bool) -> None:
        self._session = session
        self._events: list[Body] = []
        self._asked: tuple[str, ...] = ()
        self._revision = 0
        self._silent = False
        self.figures = Figures(dark)
        self._sector = pmui.Select(label="Sector", options={"Todos": ""}, value="", size="small", width=190, margin=8,
                                   css_classes=["cliente-sector"])  # fmt: skip
        self._client = pmui.Select(label="Cliente", options={"—": ""}, value="", size="small", width=220, margin=8,
                                   searchable=True, css_classes=["cliente-elegir"])  # fmt: skip
        self._start = components.date_hour("Desde", "inicio")
        self._end = components.date_hour("Hasta", "fin")
        self._back = _button("← Bandeja", "volver", lambda _: session.go(vista="bandeja"))
        self._former = _button("◀ Anterior", "anterior", lambda _: self._step(-1))
        self._next = _button("Siguiente ▶", "siguiente", lambda _: self._step(1))
        self._alert = components.markup("vigia-alerta-cliente")
        self._message = components.markup("vigia-mensaje-cliente")
        self._title = components.markup("cliente-titulo")
        self._figures = components.markup("cliente-cifras")
        self._card = components.markup("cliente-ficha")
        self._table = components.events("vigia-eventos-cliente", markup.columns(clients=False), texts.NO_CLIENT_EVENTS)
        self._marker = components.Markup(css_classes=["vigia-revision"], width=0, height=0, margin=0)
        self._table.on_open(self._open)
        self._sector.param.watch(lambda change: self._choose_sector(change.new), "value")
        for widget, name in ((self._client, "cliente"), (self._start, "inicio"), (self._end, "fin")):
            widget.param.watch(lambda change, name=name: self._go(**{name: change.new or "", "evento": ""}), "value")
        session.listen(self.follow)
        self._title.styles, self._alert.styles = {"flex": "1 1 300px"}, {"flex": "1 1 420px"}
        head = pn.FlexBox(self._title, self._alert, min_height=84, gap="0", align_items="center")
        self.view = pn.Column(
            pn.FlexBox(self._back, self._sector, self._client, self._start, self._end, self._former, self._next,
                       align_items="flex-end", gap="0"),
            self._message, head, self._figures, *self.figures.layout(self._card),
            components.markup("eventos-titulo", "<h2>Anomalías por verificar de este cliente</h2>"),
            self._table, self._marker,
            sizing_mode="stretch_width", css_classes=["vigia-cliente"], visible=session.filters.vista == "cliente",
        )  # fmt: skip

    def follow(self) -> None:
        """Show what the session's filters say."""
        filters = self._session.filters
        self.view.visible = filters.vista == "cliente"
        if not self.view.visible or not self._session.clients:
            return
        client = filters.cliente or self._session.of_sector(filters.sector)[0]["client_id"]
        start, end = filters.inicio, filters.fin
        if not start or not end:
            start, end = last_days(self._session.data_until)
        if (client, start, end) != (filters.cliente, filters.inicio, filters.fin):
            self._session.go(cliente=client, inicio=start, fin=end)
            return
        self._show_filters()
        if self._session.named(client) is None:
            self._say(texts.UNKNOWN_CLIENT.format(client=client))
        elif not filters.dates_ok:
            self._say(texts.BAD_DATES)
        elif self._asked != (client, start, end):
            self._load(client, start, end)
        self._show_title()
        self._revision += 1
        self._marker.html = f'<span data-testid="revision" hidden>{self._revision}</span>'

    def reload(self) -> None:
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
            self._say(str(error) + (" Se mantiene lo último que se leyó." if self._asked else ""))
            return
        refused = [value for value in found.values() if isinstance(value, ServiceError)]
        self._asked = (client, start, end)
        self._events = [] if isinstance(found["events"], ServiceError) else found["events"]
        empty = not isinstance(found["series"], ServiceError) and not found["series"]["timestamp"]
        self._say(str(refused[0]) if refused else texts.NO_SERIES if empty else "")
        self.figures.draw(found, self._events, client)
        self._show_numbers(found)
        self._table.rows = markup.rows(self._events, clients=False)

    def _show_numbers(self, found: Body) -> None:
        detail, profile = found["detail"], found["profile"]
        row = self._session.named(self._session.filters.cliente) or {}
        self._figures.html = markup.figures(row, None if isinstance(profile, ServiceError) else profile)
        self._card.html = "" if isinstance(detail, ServiceError) else markup.model_card(detail)
        self._alert.html = markup.alert(markup.client_alert(row), "error") if row.get("alert") else ""

    def _show_title(self) -> None:
        row = self._session.named(self._session.filters.cliente)
        chosen = next((e for e in self._events if e["event_id"] == self._session.filters.evento), None)
        self._title.html = markup.client_title(row, chosen) if row else ""

    def _show_filters(self) -> None:
        """Let the widgets say what the filters say, without answering themselves."""
        filters = self._session.filters
        self._silent = True
        try:
            rows = self._session.of_sector(filters.sector)
            sectors = {"Todos": ""} | {name: name for name in self._session.sectors}
            if self._sector.options != sectors:
                self._sector.options = sectors
            self._sector.value = filters.sector if filters.sector in self._session.sectors else ""
            options = {row["name"]: row["client_id"] for row in rows}
            if filters.cliente not in options.values():
                options |= {f"Cliente {filters.cliente}": filters.cliente}
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
        self._message.html = markup.alert(sentence, "warning")


def _button(label: str, hook: str, action: object) -> pmui.Button:
    return pmui.Button(
        label=label, on_click=action, variant="outlined", size="small", margin=8, css_classes=[f"ir-{hook}"]
    )
