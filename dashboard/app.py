"""Entry of the dashboard: one page, one session for each browser tab, served on the local network interface."""

import errno
import logging
import socket

import panel as pn
from panel.io.server import Server
from panel_material_ui.template.base import Page as MaterialPage

from dashboard import address
from dashboard.entry import REFUSALS
from dashboard.service import Connections, ServiceClient, connections
from dashboard.session import Session
from dashboard.shell import Shell, framed
from dashboard.views import VIEWS
from dashboard.widgets.history import history
from dashboard.words import DEFAULT, words_of
from vigia.config import Settings, load_settings

logger = logging.getLogger(__name__)
UNUSED_MILLISECONDS = 10_000
"""A session that nobody looks at is given up after this: a page that loses its connection has it back by then."""
CHECK_MILLISECONDS = 5_000
"""How often sessions are looked through."""


def page(settings: Settings, transport: Connections, key: str) -> MaterialPage:
    """The page of a new session, as its address asks."""
    given = [
        (name, value.decode(errors="replace")) for name, values in pn.state.session_args.items() for value in values
    ]
    place = address.from_pairs(given, VIEWS)
    words = words_of(place.filters.idioma)
    asked = settings.dashboard
    service = ServiceClient(asked.service_url, asked.timeout_seconds, words, transport, key)

    browser = history()
    session = Session(service, words, place.filters, browser.write, place.left_out)

    def arrive(query: str) -> None:
        there = address.from_query(query, VIEWS)
        session.come_back(there.filters, there.left_out)

    browser.on_arrival(arrive)
    shell = Shell(session, VIEWS)
    pn.state.on_session_destroyed(lambda _: session.close())
    pn.state.onload(shell.load)
    return framed(shell, session, browser)


def server(settings: Settings) -> Server:
    """A server of the dashboard that is not started yet."""
    host, port = settings.dashboard.host, settings.dashboard.port
    transport, key = connections(), settings.dashboard.service_key
    pn.extension("tabulator", notifications=False)
    made: Server = pn.serve(
        {"/": lambda: page(settings, transport, key)}, address=host, port=port, websocket_origin=origins(host, port),
        show=False, start=False, title="Vigía", autoreload=False, static_dirs={},
        unused_session_lifetime_milliseconds=UNUSED_MILLISECONDS,
        check_unused_sessions_milliseconds=CHECK_MILLISECONDS,
    )  # fmt: skip
    made._tornado.add_handlers(".*", list(REFUSALS))  # those of `extra_patterns` would stand behind the pages
    return made


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
    settings, words = load_settings(), DEFAULT.shell
    host, port = settings.dashboard.host, settings.dashboard.port
    if not port_is_free(host, port):
        logger.error(words.port_busy.format(host=host, port=port))
        return 1
    logger.info(words.serving.format(address=f"http://{host}:{port}/", service=settings.dashboard.service_url))
    dashboard = server(settings)
    dashboard.start()
    dashboard.io_loop.start()  # a signal ends it at once; Bokeh's own handler prints, which fails once nobody reads
    return 0
