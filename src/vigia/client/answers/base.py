"""What all answers share."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base of all that stands in an answer.

    Fields that a newer service adds are kept, under their names, and break nothing. Names of the vocabulary are plain
    texts, for a newer service may know more of them.
    """

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True, protected_namespaces=())


class Answer(Part):
    """An answer of a release; `data_until` is the last hour that it knows."""

    release: str
    data_until: datetime


class ByCursor(Answer):
    """A page of a list that goes on at a cursor."""

    next_cursor: str | None = None

    @property
    def onward(self) -> dict[str, Any]:
        """What to ask for the next page; empty where this is the last."""
        return {"cursor": self.next_cursor} if self.next_cursor else {}


class Model(Part):
    """Which model spoke."""

    family: str
    version: str | None = None
    run_id: str | None = None


class Health(Answer):
    """Which release is served; `timezone` is that of the fleet's days and hours (IANA name).

    `status` is `ok`, or `degraded` where the release in operation cannot be loaded and an earlier one is served;
    `error` says why. `problems` are those of operation, by their names in the vocabulary.
    """

    status: str
    error: str | None = None
    fleet: str
    timezone: str
    clients: int
    last_daily_run: datetime | None = None
    problems: list[str]


class Named(Part):
    """A name of the vocabulary with its words."""

    name: str
    short: str
    help: str | None


class NamedKind(Part):
    """A kind of event with its words."""

    name: str
    class_: str = Field(alias="class")
    short: str
    sentence: str
    sentence_without_voltage: str | None
    priority: int


class ReasonCodes(Part):
    """Codes that go with a decision on an alert."""

    confirmed: list[Named]
    dismissed: list[Named]


class Vocabulary(Part):
    """Every enumeration of the API in one language, each in its own order."""

    language: str
    kinds: list[NamedKind]
    classes: list[Named]
    causes: list[Named]
    stakes: list[Named]
    severities: list[Named]
    modes: list[Named]
    channels: list[Named]
    states: list[Named]
    verdicts: list[Named]
    reason_codes: ReasonCodes
    families: list[Named]
    problems: list[Named]
    roles: list[Named]
