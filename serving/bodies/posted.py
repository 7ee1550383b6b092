"""Readings that come with a request, and what is said of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from serving.bodies.base import Answer, Model, Request
from serving.bodies.times import Time

Measured = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
"""No meter registers more in an hour: the whole world consumes some 3e9 kWh."""
MAX_READINGS = 20_000
"""Hours in a list, hours from its first to its last, and hours that it may lie before or after what is stored."""


class Reading(Request):
    """One hour. A null is a reading that is missing."""

    timestamp: Time = Field(description="Start of a whole local hour, which no other reading of the list has.")
    active_energy_kwh: Measured | None
    reactive_energy_kvarh: Measured | None = None
    voltage_fa_v: Measured | None = None
    voltage_fc_v: Measured | None = None


Readings = Annotated[
    list[Reading],
    Field(
        max_length=MAX_READINGS,
        fail_fast=True,
        description=f"In any order, with a value that is not null. At most {MAX_READINGS} hours from the first to the "
        f"last, and none further than {MAX_READINGS} hours from the stored readings of a known client.",
    ),
]


class DetectRequest(Request):
    """Readings to be scored; the stored history before them is the context."""

    client_id: str = Field(description="A client of the release, or an unknown one with at least 28 days of readings.")
    readings: Annotated[Readings, Field(min_length=1)]
    false_alarms_per_month: float | None = Field(None, gt=0, le=1_000)


class Detection(Answer):
    """Scored readings and their events; `engine` says whether a model took part."""

    client_id: str
    engine: Literal["model", "model_free"]
    model: Model | None
    quality: list[str]
    points: list[dict[str, Any]]
    events: list[dict[str, Any]]
