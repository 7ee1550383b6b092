"""Readings that come with a request, and what is said of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from serving.bodies.base import Answer, Model, Request
from serving.bodies.times import Time

Measured = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
"""No meter registers more in an hour: the whole world consumes some 3e9 kWh."""


class Reading(Request):
    """One hour; the time is its start. A null is a reading that is missing."""

    timestamp: Time
    active_energy_kwh: Measured | None
    reactive_energy_kvarh: Measured | None = None
    voltage_fa_v: Measured | None = None
    voltage_fc_v: Measured | None = None


class DetectRequest(Request):
    """Readings to be scored; the stored history before them is the context."""

    client_id: str
    readings: list[Reading] = Field(min_length=1, max_length=20_000)
    false_alarms_per_month: float | None = Field(None, gt=0, le=1_000)


class Detection(Answer):
    """Scored readings and their events; `engine` says whether a model took part."""

    client_id: str
    engine: Literal["model", "model_free"]
    model: Model | None
    quality: list[str]
    points: list[dict[str, Any]]
    events: list[dict[str, Any]]
