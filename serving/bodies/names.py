"""Types of the values of enumerations, made from the vocabulary."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic_core import CoreSchema, core_schema

from vigia.vocabulary import BY_NAME, events, people
from vigia.vocabulary.access import KEY_ROLES, ROLES


@dataclass(frozen=True)
class OneOf:
    """One of these values, as `Literal` has it, for values that are only known when the program runs."""

    values: tuple[str | float, ...]

    def __get_pydantic_core_schema__(self, *_: Any) -> CoreSchema:
        return core_schema.literal_schema(list(self.values))


Kind = Annotated[str, OneOf(tuple(BY_NAME))]
Class = Annotated[str, OneOf(tuple(events.CLASSES))]
Stake = Annotated[str, OneOf(tuple(events.STAKES))]
Severity = Annotated[str, OneOf(tuple(events.SEVERITIES))]
Mode = Annotated[str, OneOf(tuple(events.MODES))]
State = Annotated[str, OneOf(tuple(people.STATES))]
Role = Annotated[str, OneOf(tuple(ROLES))]
KeyRole = Annotated[str, OneOf(tuple(KEY_ROLES))]
Level = Annotated[float, OneOf((0.9, 0.95, 0.99))]
"""Coverage that a band was calibrated for."""
ReasonCode = Annotated[str, OneOf(tuple(dict.fromkeys([*people.CONFIRMED_REASONS, *people.DISMISSED_REASONS])))]
