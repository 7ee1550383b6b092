"""Requests and their seconds by route, never by path, of which there are as many as anybody makes up."""

import os
import time

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.guard.paths import METRICS, PROBES
from serving.problems import problem

ROUTE = "vigia.route"
"""Where in the scope of a request its route is noted, once it is known."""
OTHER = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
LABELS = ("route", "method", "status")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Meter:
    """The figures; those of several workers are added up.

    Workers share the folder of `PROMETHEUS_MULTIPROC_DIR`; without it this one speaks for itself.

    Args:
        more: figures that are the same in all workers; none = there are none.
    """

    def __init__(self, more: Collector | None = None) -> None:
        self.registry, self.shared = CollectorRegistry(), CollectorRegistry()
        if more is not None:
            self.shared.register(more)
        self.requests = Counter("vigia_requests", "Answered requests.", LABELS, registry=self.registry)
        self.seconds = Histogram(
            "vigia_request_seconds", "Seconds to the last byte.", LABELS[:2], registry=self.registry, buckets=SECONDS
        )

    def text(self) -> bytes:
        """All figures in the form of Prometheus."""
        registry = self.registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # carries no types there
        return generate_latest(registry) + generate_latest(self.shared)


class Measured:
    """Counts each request with its route, verb and status."""

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        self.app = app
        self.meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        noted: dict[str, str] = {}
        scope[ROUTE], status, begun = noted, 500, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            route = noted.get("route") or (scope["path"] if scope["path"] in PROBES | {METRICS} else OTHER)
            method = scope["method"] if scope["method"] in METHODS else OTHER
            self.meter.requests.labels(route, method, status).inc()
            self.meter.seconds.labels(route, method).observe(time.perf_counter() - begun)


class MetricsPage:
    """Answers `/metrics`."""

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        self.app = app
        self.meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"] != METRICS:
            await self.app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await problem(405, f"{METRICS} takes GET and HEAD", {"Allow": "GET, HEAD"})(scope, receive, send)
        else:
            content = await run_in_threadpool(self.meter.text)
            await Response(content, media_type=CONTENT_TYPE_LATEST)(scope, receive, send)
