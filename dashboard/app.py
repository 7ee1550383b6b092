"""Entry of the dashboard: one page, one session for each browser tab, served on the local network interface."""

import errno
import logging
import socket

import panel as pn
from panel_material_ui.template.base import Page as MaterialPage

from dashboard import address
from dashboard.service import ServiceClient
from dashboard.session import Session
from dashboard.shell import Shell, framed
from dashboard.views import VIEWS
from dashboard.widgets.history import history
from dashboard.words import DEFAULT, words_of
from vigia.config import Settings, load_settings

logger = logging.getLogger(__name__)


def page(settings: Settings) -> MaterialPage:
    """The page of a new session, as its address asks."""
    given = {name: values[0].decode(errors="replace") for name, values in pn.state.session_args.items()}
    filters = address.from_mapping(given, VIEWS)
    words = words_of(filters.idioma)
    service = ServiceClient(settings.dashboard.service_url, settings.dashboard.timeout_seconds, words)

    place = history()
    session = Session(service, words, filters, place.write)
    place.on_arrival(lambda query: session.come_back(address.from_query(query, VIEWS)))
    pn.state.on_session_destroyed(lambda _: service.close())
    shell = Shell(session, VIEWS)
    pn.state.onload(shell.load)
    return framed(shell, session, place)


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
    pn.extension("tabulator", notifications=False)
    logger.info(words.serving.format(address=f"http://{host}:{port}/", service=settings.dashboard.service_url))
    pn.serve(
        {"/": lambda: page(settings)}, address=host, port=port, websocket_origin=origins(host, port), show=False,
        title="Vigía", autoreload=False, static_dirs={},
    )  # fmt: skip
    return 0
