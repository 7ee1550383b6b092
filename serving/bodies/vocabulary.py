"""The names of the contracts with their words in one language."""

from pydantic import BaseModel, Field

from serving.bodies.names import Class
from vigia.vocabulary import Language


class Named(BaseModel):
    """A value of an enumeration; `help` says it in half a sentence, where the words need one."""

    name: str
    short: str
    help: str | None


class NamedKind(BaseModel):
    """A kind of event. `{channels}` in a sentence stands for the channels by name.

    `priority`: of several kinds the one with the lowest number names the event. `sentence_without_voltage` replaces the
    sentence at a client whose voltages are not measured, where it is another one.
    """

    name: str
    class_: Class = Field(alias="class")
    short: str
    sentence: str
    sentence_without_voltage: str | None
    priority: int


class ReasonCodes(BaseModel):
    """Codes that go with a decision on an alert."""

    confirmed: list[Named]
    dismissed: list[Named]


class Vocabulary(BaseModel):
    """Every enumeration of the API, each in its own order."""

    language: Language
    kinds: list[NamedKind]
    classes: list[Named]
    causes: list[Named]
    stakes: list[Named]
    severities: list[Named]
    modes: list[Named]
    channels: list[Named]
    states: list[Named]
    verdicts: list[Named]
    problems: list[Named]
    roles: list[Named]
    reason_codes: ReasonCodes
    families: list[Named]
