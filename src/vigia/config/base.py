"""What all sections of configuration share."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A frozen section; unknown keys are refused, so that a typing error never passes silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
