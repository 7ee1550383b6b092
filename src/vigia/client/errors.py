"""Why a call of the service gave no answer.

    ClientError
    ├── Refused          401, 403: no key, or not the right to do this
    ├── NotFound         404: no client, event, alert, batch or entry of that name
    ├── Conflict         409: it contradicts what is there, such as a step that an alert cannot take
    ├── Stale            412: it was changed meanwhile; get it again
    ├── Invalid          422: a field is malformed; `errors` says which
    ├── TooMany          429: come back after `retry_after` seconds
    ├── Unavailable      502, 503, 504: nothing to serve yet, or not in time
    │   ├── Unreachable  no connection
    │   └── TimedOut     no answer within the timeout
    ├── Fault            any other 5xx: a defect of the service
    └── NotUnderstood    an answer, but none of this service

Any other refusal (408, 413, 415, 421, 428) is a `ClientError` with its `status`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pydantic import BaseModel, ValidationError

from vigia.errors import VigiaError


@dataclass(frozen=True)
class Came:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class FieldProblem(BaseModel):
    """What is wrong with one field; `field` is its path, like `body.readings.3.timestamp`."""

    field: str
    message: str


class Problem(BaseModel):
    """The body of an error (RFC 9457), as far as it is one."""

    title: str = ""
    detail: str = ""
    errors: list[FieldProblem] | None = None


class ClientError(VigiaError):
    """Base of all that a call may end with.

    Attributes:
        status: of the answer; none where there was no answer.
        detail: what the service said of it, in one sentence; may be empty.
        errors: the fields that are malformed.
        retry_after: seconds after which the service wants to be asked again, where it said so.
        request_id: name of the request in the service's log, where it gave one.
    """

    may_pass = False
    """Whether the same call may succeed a little later."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        detail: str = "",
        errors: tuple[FieldProblem, ...] = (),
        retry_after: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after
        self.request_id = request_id


class Refused(ClientError):
    """There is no key, it is none of this service, or it gives no right to do this."""


class NotFound(ClientError):
    """There is nothing of that name."""


class Conflict(ClientError):
    """It contradicts what is there; nothing was changed."""


class Stale(ClientError):
    """It was changed since it was seen; nothing was changed. Get it again and decide anew."""


class Invalid(ClientError):
    """A field is malformed or cannot be answered; `errors` names each by its path."""


class TooMany(ClientError):
    """Too many requests; `retry_after` says when to come back."""

    may_pass = True


class Unavailable(ClientError):
    """The service cannot answer now."""

    may_pass = True


class Unreachable(Unavailable):
    """No connection, or it broke before the answer was there."""


class TimedOut(Unavailable):
    """No whole answer within the timeout. What was asked may have been done all the same."""


class Fault(ClientError):
    """A defect of the service; its log says more."""


class NotUnderstood(ClientError):
    """What came is no answer of this service, or of a version that this client does not know."""


KINDS: dict[int, type[ClientError]] = {
    401: Refused,
    403: Refused,
    404: NotFound,
    409: Conflict,
    412: Stale,
    422: Invalid,
    429: TooMany,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def error_of(came: Came, asked: str) -> ClientError:
    """The error that an answer without success stands for.

    Args:
        came: the answer; a problem document, or whatever a proxy in between says.
        asked: what was asked, for the message.
    """
    problem = _problem(came.content)
    if came.status < 400:
        kind: type[ClientError] = NotUnderstood
    else:
        kind = KINDS.get(came.status, Fault if came.status >= 500 else ClientError)
    return kind(
        f"{asked}: {problem.detail or problem.title or 'no success'} ({came.status})",
        status=came.status,
        detail=problem.detail,
        errors=tuple(problem.errors or ()),
        retry_after=_seconds(came.headers.get("retry-after")),
        request_id=came.headers.get("x-request-id"),
    )


def _problem(content: bytes) -> Problem:
    try:
        return Problem.model_validate_json(content)
    except ValidationError:
        return Problem()


def _seconds(text: str | None) -> float | None:
    """Of a header `Retry-After`, which is a number or a date.

    >>> _seconds("5"), _seconds("Thu, 01 Jan 1970 00:00:00 GMT"), _seconds("soon")
    (5.0, 0.0, None)
    """
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)
