"""The types of a time and of a day in queries and bodies."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""No meter was read by the hour before; tables hold times until 2262."""
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _iso(value: object) -> object:
    """Only text with an offset: a number alone would be taken for seconds since 1970."""
    if isinstance(value, str) and ISO.fullmatch(value):
        return value
    raise PydanticCustomError(
        "time", "a time is ISO 8601 with its offset, like 2024-05-01T00:00:00-05:00; in an address + is written %2B"
    )


def _sane(when: datetime) -> datetime:
    if not EARLIEST <= when < LATEST:
        raise PydanticCustomError("time_range", "a time lies in the years 1970 to 2199")
    return when.astimezone(UTC)


Time = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_iso), AfterValidator(_sane)]
"""ISO 8601 with offset, in the years 1970 to 2199; in UTC once it is read."""


def _iso_day(value: object) -> object:
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        return value
    raise PydanticCustomError("day", "a day is ISO 8601, like 2024-05-01")


Day = Annotated[date, Field(strict=False), BeforeValidator(_iso_day)]
"""ISO 8601."""
