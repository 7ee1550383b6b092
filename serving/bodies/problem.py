"""The body of every error (RFC 9457)."""

from pydantic import BaseModel


class FieldProblem(BaseModel):
    """What is wrong with one field; `field` is its path, like `body.readings.3.timestamp`."""

    field: str
    message: str


class Problem(BaseModel):
    """What is wrong; `errors` lists the fields of a malformed request; the service's log has `request_id`."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None
    request_id: str | None = None
