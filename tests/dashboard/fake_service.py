"""A small real HTTP server with the service's shapes: two sectors, four clients, one of them alarming."""

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from tests.support.zone import ZONE
from vigia.vocabulary import BY_NAME, Language, Terms, events, people

Odd = dict[str, tuple[float, tuple[int, Any] | None]]
UNTIL = datetime(2024, 6, 1, tzinfo=ZoneInfo(ZONE))
HEAD = {"release": "f00d" * 16, "data_until": UNTIL.isoformat()}
MODEL = {"family": "xgb", "version": "1", "run_id": None}


def client_row(number: int) -> dict[str, Any]:
    return {
        "client_id": str(number), "name": f"Cliente {number}", "sector": ("Agro", "Pesca")[number % 2],
        "family": "xgb", "wape_day": 0.08, "mape_day": 0.091, "coverage_95": 0.947,
        "last_reading": (UNTIL - timedelta(hours=1)).isoformat(), "open_events": int(number == 1),
        "recent_events": 3 * (number == 1), "alert": number == 1, "energy_at_stake_kwh": 1234.5, "money_at_stake": None,
    }  # fmt: skip


def event(number: int, client: int, severity: str, stake: str, days: int, open_: bool = False) -> dict[str, Any]:
    start = UNTIL - timedelta(days=days)
    return {
        "event_id": f"e{number}", "client_id": str(client), "client_name": f"Cliente {client}",
        "sector": ("Agro", "Pesca")[client % 2], "state": "new", "start": start.isoformat(),
        "end": None if open_ else (start + timedelta(days=2)).isoformat(), "first_alert_at": start.isoformat(),
        "severity": severity, "kind": "level_down", "stake": stake, "members": [], "currency": None,
        "money_at_stake": None, "energy_at_stake_kwh": 5000.0,
        "reason_es": "El consumo bajó a la mitad de lo esperado.",
        "reason_en": "Consumption fell to half of what was expected.",
    }  # fmt: skip


EVENTS = [
    event(1, 1, "critical", "missing", 9, open_=True),
    event(2, 1, "high", "surplus", 20),
    event(3, 2, "medium", "supply", 40),
    event(4, 3, "low", "data", 200),
]


def series(client: int, start: datetime, end: datetime) -> dict[str, Any]:
    hours = max(0, int((min(end, UNTIL) - start) / timedelta(hours=1)))
    expected = [client * (100 + 50 * math.sin(h * math.pi / 12)) for h in range(hours)]
    stamps = [start + timedelta(hours=h) for h in range(hours)]
    flags = [client == 1 and when >= UNTIL - timedelta(days=9) for when in stamps]
    return {
        **HEAD, "client_id": str(client), "resolution": "hour", "mode": "past_only", "reduced": False,
        "timestamp": [when.isoformat() for when in stamps],
        "actual_kwh": [value * (0.5 if flag else 1) for value, flag in zip(expected, flags, strict=True)],
        "expected_kwh": expected, "lower_kwh": [0.8 * v for v in expected], "upper_kwh": [1.2 * v for v in expected],
        "is_anomaly": flags, "reactive_energy_kvarh": [0.3 * v for v in expected],
        "voltage_fa_v": [220.0 + h % 5 for h in range(hours)], "voltage_fc_v": [None] * hours,
        "model": MODEL, "quality": [],
    }  # fmt: skip


def vocabulary(language: Language) -> dict[str, Any]:
    def named(terms: Terms) -> list[dict[str, Any]]:
        return [
            {"name": term.name, "short": term.short.of(language), "help": term.help and term.help.of(language)}
            for term in terms.values()
        ]

    return {
        "language": language, "kinds": [{"name": k.name, "short": k.short.of(language)} for k in BY_NAME.values()],
        "stakes": named(events.STAKES), "severities": named(events.SEVERITIES), "states": named(people.STATES),
        "families": [{"name": "xgb", "short": "XGBoost", "help": None}],
        "reason_codes": {"confirmed": named(people.CONFIRMED_REASONS), "dismissed": named(people.DISMISSED_REASONS)},
    }  # fmt: skip


def answer(path: str, query: dict[str, str], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    parts = [unquote(part) for part in path.strip("/").split("/")][1:]
    rows = [client_row(number) for number in (1, 2, 3, 4)]
    if parts == ["health"]:
        return 200, {**HEAD, "status": "ok", "fleet": "fake", "timezone": ZONE, "clients": 4, "last_daily_run": None}
    if parts == ["vocabulary"]:
        return 200, vocabulary("en" if query.get("language") == "en" else "es")
    if parts == ["clients"]:
        return 200, {**HEAD, "items": rows, "next_cursor": None}
    if parts == ["events"]:
        found = [e for e in EVENTS if query.get("client_id") in (None, e["client_id"])]
        at = int(query.get("cursor", 0))
        return 200, {**HEAD, "items": found[at : at + 2], "next_cursor": str(at + 2) if at + 2 < len(found) else None}
    if parts == ["forecast"]:
        points = [
            {"timestamp": (UNTIL + timedelta(hours=h)).isoformat(), "forecast_kwh": 100.0 + h, "expected_kwh": None,
             "lower_kwh": 80.0, "upper_kwh": 140.0}
            for h in range(24)
        ]  # fmt: skip
        return 200, {**HEAD, "client_id": body["client_id"], "issued_at": UNTIL.isoformat(), "points": points}
    if parts == ["summary"]:
        kept = [row for row in rows if query.get("sector") in (None, row["sector"])]
        return 200, {**HEAD, "clients": [{**row, "total_kwh": 1e5} for row in kept], "sectors": []}
    if len(parts) > 1 and parts[1] not in {row["client_id"] for row in rows}:
        return 404, {"title": "Not found", "detail": f"unknown client {parts[1]}"}
    number = int(parts[1])
    if len(parts) == 2:
        first = (UNTIL - timedelta(days=500)).isoformat()
        card = {"family": "xgb", "reason_es": "Menor error en validación.", "test": {}}
        return 200, {**HEAD, "client": rows[number - 1], "first_reading": first, "issues": [], "card": card}
    start, end = (datetime.fromisoformat(query[name]) for name in ("start", "end"))
    if parts[2] == "series":
        return 200, series(number, start, end)
    return 200, {
        **HEAD, "client_id": parts[1], "mean_by_weekday_and_hour_kwh": [[float(h) for h in range(24)]] * 7,
        "months": [], "peak_band_start_hour": 20, "peak_band_share": 0.4, "total_kwh": 1e6 * number,
        "anomalous_hours": 12, "wape_day": 0.07, "mape_day": 0.08, "coverage_95": 0.95,
    }  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._reply({})

    def do_POST(self) -> None:
        self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _reply(self, body: dict[str, Any]) -> None:
        url = urlsplit(self.path)
        query = {name: found[0] for name, found in parse_qs(url.query).items()}
        asked = f"{self.path} {json.dumps(body)}"
        odd = self.server.odd.items()  # type: ignore[attr-defined]
        seconds, forced = next((what for part, what in list(odd) if part in asked), (0.0, None))
        time.sleep(seconds)
        status, content = forced or self.server.forced or answer(url.path, query, body)  # type: ignore[attr-defined]
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        with suppress(ConnectionError):  # who asked has gone
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def running(forced: tuple[int, Any] | None = None, odd: Odd | None = None) -> Iterator[str]:
    """Address of a running fake.

    Args:
        forced: the one answer to everything.
        odd: seconds to wait, and another answer, by a part of the path and query, or of the body; looked at for each
            request, so that a test can change it.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.forced = forced  # type: ignore[attr-defined]
    server.odd = {} if odd is None else odd  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
