"""What all bodies share."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Request(BaseModel):
    """Base of what clients send: unknown fields are refused, and so is what only looks like the type of a field.

    Otherwise `true` would be one kilowatt hour, and `"12"` twelve.
    """

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """Base of every answer that a release gives."""

    release: str
    data_until: datetime


class Model(BaseModel):
    """Which model spoke."""

    family: str
    version: str | None = None
    run_id: str | None = None


class Health(Answer):
    """Liveness of the content.

    `status`: `degraded` where the release in operation cannot be loaded and an earlier one is served. `error`: why, as
    of the last attempt; null where nothing is wrong. `timezone`: the zone of the fleet's days and hours (IANA name).
    `last_daily_run`: when one ended well last. `problems`: of operation, by their names in the vocabulary.
    """

    status: Literal["ok", "degraded"]
    error: str | None = None
    fleet: str
    timezone: str
    clients: int
    last_daily_run: datetime | None = None
    problems: list[str]
