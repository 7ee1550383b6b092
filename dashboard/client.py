"""HTTP client of the service: every call with a timeout, every failure a sentence in Spanish."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx

Body = dict[str, Any]
PAGE = 500


class ServiceError(Exception):
    """What the operator reads when a call did not succeed."""


class ServiceAwayError(ServiceError):
    """The service does not answer, is too slow, or has no release yet: what was seen last stays valid."""


class RefusedError(ServiceError):
    """The service understood the request and refused it."""


class ServiceClient:
    """The service's reading routes, as plain dictionaries.

    Args:
        base_url: address of the service, without `/v1`.
        timeout_seconds: longest wait for one answer.
        transport: another httpx transport, for tests.
    """

    def __init__(self, base_url: str, timeout_seconds: float, transport: httpx.BaseTransport | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.timeout_seconds = timeout_seconds
        self._http = httpx.Client(
            base_url=f"{self.base_url}/v1", timeout=timeout_seconds, transport=transport, trust_env=False
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def health(self) -> Body:
        """Release, last hour with data, number of clients."""
        return self._call("GET", "/health")

    def clients(self) -> list[Body]:
        """All clients."""
        return list(self._pages("/clients", {}))

    def client(self, client_id: str) -> Body:
        """One client with its quality issues and model card."""
        return self._call("GET", f"/clients/{_quoted(client_id)}")

    def events(self, **filters: str | None) -> list[Body]:
        """Events of the past-only mode, in the service's order, one a group."""
        return list(self._pages("/events", _given(filters)))

    def series(self, client_id: str, start: str, end: str, points: int) -> Body:
        """Column arrays of all channels, reduced by extremes to about `points`."""
        asked = {"start": start, "end": end, "points": points}
        return self._call("GET", f"/clients/{_quoted(client_id)}/series", params=asked)

    def profile(self, client_id: str, start: str, end: str) -> Body:
        """Mean by hour and weekday, four-hour band with most consumption."""
        return self._call("GET", f"/clients/{_quoted(client_id)}/profile", params={"start": start, "end": end})

    def summary(self, start: str, end: str, sector: str | None = None) -> Body:
        """Totals by client and sector."""
        return self._call("GET", "/summary", params=_given({"start": start, "end": end, "sector": sector}))

    def forecast(self, client_id: str, level: float = 0.95) -> Body:
        """The next 24 hours after the last reading."""
        return self._call("POST", "/forecast", json={"client_id": client_id, "horizon_hours": 24, "level": level})

    def together(self, **calls: Any) -> dict[str, Any]:
        """Make several calls (argument-less functions) at once; a refused one is its `RefusedError`.

        Raises:
            ServiceAwayError: as soon as one call finds no service.
        """
        with ThreadPoolExecutor(max_workers=len(calls)) as pool:
            futures = {name: pool.submit(call) for name, call in calls.items()}
            found: dict[str, Any] = {}
            for name, future in futures.items():
                try:
                    found[name] = future.result()
                except RefusedError as error:
                    found[name] = error
        return found

    def _pages(self, path: str, params: Body) -> Iterator[Body]:
        cursor = None
        while True:
            body = self._call("GET", path, params=params | _given({"limit": PAGE, "cursor": cursor}))
            yield from body["items"]
            cursor = body.get("next_cursor")
            if not cursor:
                return

    def _call(self, method: str, path: str, **how: Any) -> Body:
        try:
            answer = self._http.request(method, path, **how)
        except httpx.TimeoutException as error:
            wait = f"{self.timeout_seconds:g} s"
            raise ServiceAwayError(f"El servicio no respondió en {wait}. Intente de nuevo en un momento.") from error
        except httpx.HTTPError as error:
            raise ServiceAwayError(f"No hay conexión con el servicio en {self.base_url}.") from error
        if answer.is_success:
            return self._body(answer)
        raise _refusal(answer)

    def _body(self, answer: httpx.Response) -> Body:
        try:
            body = answer.json()
        except ValueError as error:
            raise ServiceAwayError(f"Lo que responde en {self.base_url} no es el servicio de Vigía.") from error
        if not isinstance(body, dict):
            raise ServiceAwayError(f"Lo que responde en {self.base_url} no es el servicio de Vigía.")
        return body


def _refusal(answer: httpx.Response) -> ServiceError:
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    detail = str(problem.get("detail", "")) if isinstance(problem, dict) else ""
    status = answer.status_code
    if status == 503:
        return ServiceAwayError("El servicio todavía no tiene datos publicados.")
    if status >= 500 or status == 429:
        return ServiceAwayError(f"El servicio tuvo un problema (código {status}). Intente de nuevo en un momento.")
    known = {
        401: "El servicio pide una clave de acceso.",
        403: "La clave de acceso no permite esta consulta.",
        404: "No existe lo que se pidió.",
        422: "El servicio no aceptó el filtro.",
    }
    sentence = known.get(status, f"El servicio rechazó la consulta (código {status}).")
    return RefusedError(f"{sentence} {detail}".strip())


def _quoted(client_id: str) -> str:
    return quote(client_id, safe="")


def _given(values: Body) -> Body:
    return {name: value for name, value in values.items() if value not in (None, "")}
