"""HTTP client of the service: every call with a timeout, every failure a sentence in the session's language."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from dashboard.service.answers import Body, Vocabulary
from dashboard.service.errors import RefusedError, ServiceAwayError, ServiceError
from dashboard.words import Words

PAGE = 500


class ServiceClient:
    """The service's reading routes, as plain dictionaries.

    Args:
        base_url: address of the service, without `/v1`.
        timeout_seconds: longest wait for one answer.
        words: in the language of the session; the service is asked for its words in the same one.
        transport: another httpx transport, for tests.
    """

    def __init__(
        self, base_url: str, timeout_seconds: float, words: Words, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.timeout_seconds = timeout_seconds
        self.language = words.language
        self._words = words.service
        self._http = httpx.Client(
            base_url=f"{self.base_url}/v1", timeout=timeout_seconds, transport=transport, trust_env=False
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def health(self) -> Body:
        """Release, last hour with data, number of clients."""
        return self._call("GET", "/health")

    def vocabulary(self) -> Vocabulary:
        """The words of what the service names."""
        try:
            return Vocabulary.model_validate(self._call("GET", "/vocabulary", params={"language": self.language}))
        except ValidationError as error:
            raise ServiceAwayError(self._words.other.format(address=self.base_url)) from error

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
            raise ServiceAwayError(self._words.slow.format(seconds=f"{self.timeout_seconds:g}")) from error
        except httpx.HTTPError as error:
            raise ServiceAwayError(self._words.away.format(address=self.base_url)) from error
        if answer.is_success:
            return self._body(answer)
        raise self._refusal(answer)

    def _body(self, answer: httpx.Response) -> Body:
        try:
            body = answer.json()
        except ValueError as error:
            raise ServiceAwayError(self._words.other.format(address=self.base_url)) from error
        if not isinstance(body, dict):
            raise ServiceAwayError(self._words.other.format(address=self.base_url))
        return body

    def _refusal(self, answer: httpx.Response) -> ServiceError:
        status = answer.status_code
        if status == 503:
            return ServiceAwayError(self._words.empty)
        if status >= 500 or status == 429:
            return ServiceAwayError(self._words.fault.format(status=status))
        known = {
            401: self._words.no_key,
            403: self._words.no_right,
            404: self._words.not_found,
            422: self._words.bad_filter,
        }
        sentence = known.get(status, self._words.refused.format(status=status))
        return RefusedError(f"{sentence} {_detail(answer)}".strip())


def _detail(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return ""
    return str(problem.get("detail", "")) if isinstance(problem, dict) else ""


def _quoted(client_id: str) -> str:
    """As a part of a path; one of dots alone would be taken for the part above."""
    quoted = quote(client_id, safe="")
    return quoted if quoted.strip(".") else quoted.replace(".", "%2E")


def _given(values: Body) -> Body:
    return {name: value for name, value in values.items() if value not in (None, "")}
