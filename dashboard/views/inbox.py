"""The inbox: anomalies to verify over all clients, most important first."""

import panel as pn
import panel_material_ui as pmui

from dashboard import components, markup, texts
from dashboard.client import Body, ServiceError
from dashboard.session import Session
from dashboard.state import around

ALL = ""


class Inbox:
    """The landing page of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._events: list[Body] = []
        self._shown: list[Body] = []
        filters = session.filters
        self._alert = components.markup("vigia-alerta")
        self._message = components.markup("vigia-mensaje", markup.alert(texts.LOADING, "info"))
        self._chips = components.markup("vigia-conteos")
        self._sector = _select("Sector", {"Todos": ALL}, filters.sector, "filtro-sector")
        self._severity = _select("Gravedad", _options(texts.SEVERITIES), filters.gravedad, "filtro-gravedad")
        self._state = _select("Estado", _options(texts.STATES), filters.estado, "filtro-estado")
        self._stake = _select("Qué está en juego", _options(texts.STAKES), filters.tipo, "filtro-tipo")
        self._search = pmui.TextInput(
            label="Buscar cliente o motivo", value=filters.buscar, size="small", width=230, margin=8,
            css_classes=["filtro-buscar"],
        )  # fmt: skip
        self._table = components.events("vigia-eventos", markup.columns(clients=True))
        self._table.on_open(self._open)
        for widget, name in self._widgets.items():
            widget.param.watch(lambda change, name=name: session.go(**{name: change.new or ""}), "value")
        session.listen(self._follow)
        self.view = pn.Column(
            components.markup("vigia-titulo", f"<h1>{texts.INBOX_TITLE}</h1>"
                        '<p class="note">Ordenadas por gravedad y por lo que está en juego. Elija una fila para ver '
                        "al cliente en esas fechas.</p>"),
            self._alert, self._chips, pn.FlexBox(*self._widgets, gap="0"), self._message, self._table,
            sizing_mode="stretch_width", css_classes=["vigia-bandeja"], visible=filters.vista == "bandeja",
        )  # fmt: skip

    @property
    def _widgets(self) -> dict[pn.widgets.Widget, str]:
        return {
            self._search: "buscar",
            self._sector: "sector",
            self._severity: "gravedad",
            self._state: "estado",
            self._stake: "tipo",
        }

    def load(self) -> None:
        """Read the events; without an answer those read before stay."""
        try:
            self._events = self._session.service.events()
        except ServiceError as error:
            self._session.error = self._session.error or str(error)
        self._sector.options = {"Todos": ALL} | {name: name for name in self._session.sectors}
        alarming = [row for row in self._session.clients if row["alert"]]
        self._alert.html = markup.alert(markup.alert_text(alarming), "error") if alarming else ""
        self._show()

    def _follow(self) -> None:
        filters = self._session.filters
        self.view.visible = filters.vista == "bandeja"
        for widget, name in self._widgets.items():
            if widget.value != getattr(filters, name):
                widget.value = getattr(filters, name)
        if self.view.visible:
            self._show()

    def _show(self) -> None:
        self._shown = select(self._events, self._session)
        self._chips.html = markup.chips(self._shown)
        self._table.rows = markup.rows(self._shown, clients=True)
        error, read_at = self._session.error, self._session.read_at
        if error:
            self._message.html = markup.alert(
                texts.STALE.format(error=error, when=read_at) if read_at else error, "warning"
            )
        else:
            self._message.html = "" if self._shown else markup.alert(texts.NO_EVENTS, "success")

    def _open(self, event_id: str) -> None:
        event = next(event for event in self._shown if event["event_id"] == event_id)
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
        and asked in f"{event['client_name']} {event['client_id']} {event.get('reason_es') or ''}".casefold()
    ]
    order = {name: place for place, name in enumerate(texts.STAKES)}
    return sorted(kept, key=lambda event: order.get(event["stake"], len(order)))


def _options(words: object) -> dict[str, str]:
    named = {getattr(value, "name", value).capitalize(): key for key, value in dict(words).items()}  # type: ignore[call-overload] # mappings
    return {"Todas": ALL, **named}


def _select(label: str, options: dict[str, str], value: str, hook: str) -> pmui.Select:
    known = options if value in options.values() else options | {value: value}
    return pmui.Select(label=label, options=known, value=value, size="small", width=170, margin=8, css_classes=[hook])
