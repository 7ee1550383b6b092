"""What stands around all that the service answers, BentoML's own pages too: ASGI middlewares, outermost first.

`naming` names each request, `measure` counts by route, beside the figures of operation (`watching`), `headers` says
what browsers may do with an answer, `plain` makes problem documents of plain errors, `hosts` refuses strange names,
`paths` lets through what is offered, `deadline` ends what takes too long. Inside the API `slashes` keeps names whole;
who asks is looked at by `serving.access`.
"""

from typing import Any

from prometheus_client.registry import Collector
from starlette.types import ASGIApp

from serving.guard.deadline import Deadline
from serving.guard.headers import SafeHeaders
from serving.guard.hosts import KnownHosts
from serving.guard.measure import Measured, Meter, MetricsPage
from serving.guard.naming import RequestIds
from serving.guard.paths import OfferedPaths
from serving.guard.plain import ProblemsOnly
from vigia.config.settings import Serving


def guards(settings: Serving, figures: Collector | None = None) -> list[tuple[Any, dict[str, Any]]]:
    """The middlewares with their arguments, outermost first; `figures` are those of operation."""
    meter = Meter(figures)
    return [
        (RequestIds, {}),
        (Measured, {"meter": meter}),
        (SafeHeaders, {}),
        (ProblemsOnly, {}),
        (KnownHosts, {"names": settings.host_names}),
        (OfferedPaths, {}),
        (MetricsPage, {"meter": meter}),
        (Deadline, {}),
    ]


def guarded(app: ASGIApp, settings: Serving, figures: Collector | None = None) -> ASGIApp:
    """The application inside all of them."""
    for guard, options in reversed(guards(settings, figures)):
        app = guard(app, **options)
    return app
