"""Entry of the dashboard: one page, one session for each browser tab, served on the local network interface."""

import errno
import logging
import socket
from types import MappingProxyType

import panel as pn
import panel_material_ui as pmui

from dashboard import components, markup, state, texts
from dashboard.client import ServiceClient
from dashboard.session import Session
from dashboard.views.client import ClientView
from dashboard.views.inbox import Inbox
from vigia.config import Settings, load_settings

logger = logging.getLogger(__name__)

BRAND = "#0b4f7d"
DARK_BAR = MappingProxyType(
    {"MuiAppBar": {"styleOverrides": {"root": {"backgroundColor": "#12303f !important", "color": "#fff !important"}}}}
)


def page(settings: Settings) -> pmui.Page:
    """The page of a new session, as its address asks."""
    location = pn.state.location
    filters = state.from_mapping({name: given[0].decode() for name, given in pn.state.session_args.items()})
    service = ServiceClient(settings.dashboard.service_url, settings.dashboard.timeout_seconds)

    def address(query: str) -> None:
        if location is not None and location.search != query:
            location.search = query

    session = Session(service, filters, address)
    pn.state.on_session_destroyed(lambda _: service.close())
    dark = filters.tema == "oscuro"
    status = components.markup("vigia-estado")
    inbox, client = Inbox(session), ClientView(session, dark)
    reload = pmui.Button(label="Actualizar", variant="text", size="small", css_classes=["ir-actualizar"])
    shown = pmui.Page(
        title="Vigía", main=[pn.Row(status, reload, sizing_mode="stretch_width"), inbox.view, client.view],
        dark_theme=dark, theme_toggle=True, busy_indicator=None,
        theme_config={
            "light": {"palette": {"primary": {"main": BRAND}}, "typography": {"fontFamily": FONT}},
            "dark": {
                "palette": {"primary": {"main": "#8ec7f0"}},
                "components": dict(DARK_BAR),
                "typography": {"fontFamily": FONT},
            },
        },
    )  # fmt: skip

    def load(_: object = None) -> None:
        session.refresh()
        status.html = markup.status(session.health)
        inbox.load()
        client.reload()

    def repaint(_: object) -> None:
        with pn.io.hold():
            client.figures.paint(shown.dark_theme)
        session.go(tema="oscuro" if shown.dark_theme else "")

    reload.on_click(load)
    shown.param.watch(repaint, "dark_theme")
    if location is not None:
        location.param.watch(lambda change: session.arrive(state.from_query(change.new)), "search")
    pn.state.onload(load)
    return shown


FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'


def port_is_free(host: str, port: int) -> bool:
    """Whether nobody listens there yet."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def origins(host: str, port: int) -> list[str]:
    """Addresses whose pages may open the websocket."""
    return sorted({f"{name}:{port}" for name in (host, "127.0.0.1", "localhost")})


def main() -> int:
    """Serve until stopped; 1 where the port is taken."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = load_settings()
    host, port = settings.dashboard.host, settings.dashboard.port
    if not port_is_free(host, port):
        logger.error(texts.PORT_BUSY.format(host=host, port=port))
        return 1
    pn.extension(notifications=False)
    logger.info("Tablero en http://%s:%s/ (servicio: %s)", host, port, settings.dashboard.service_url)
    pn.serve(
        {"/": lambda: page(settings)}, address=host, port=port, websocket_origin=origins(host, port), show=False,
        title="Vigía", autoreload=False, static_dirs={},
    )  # fmt: skip
    return 0
