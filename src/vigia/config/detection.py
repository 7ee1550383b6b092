"""Parameters of `screen` and `detect`."""

from vigia.config.base import Section


class ScreenParams(Section):
    """Model-free rules and level shifts, which also make the mask."""


class DetectParams(Section):
    """Events, their severity and what they are worth."""
