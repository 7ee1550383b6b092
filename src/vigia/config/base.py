"""What all sections of configuration share."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict


class Section(BaseModel):
    """A frozen section; unknown keys are refused, so that a typing error never passes silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no such time zone; names are like America/Lima or Europe/Madrid") from error
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
"""Name of a time zone that this machine knows."""
