"""What every detector of one client is: a name, the kinds that it raises, and one function."""

from collections.abc import Sequence
from typing import Protocol

from vigia.config.sections.screen import ScreenParams
from vigia.detection.finding import Finding
from vigia.detection.series import Series


class Detector(Protocol):
    """Finds what its kinds are made of. It holds nothing: the same series gives the same findings."""

    @property
    def name(self) -> str:
        """Of the detector, for logs and tests."""
        ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of the findings that it may return; each has a record in `vigia.vocabulary.kinds`."""
        ...

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """Findings of a mode.

        Args:
            series: the client's channels.
            found: what the detectors before this one found: what explains a finding need not be told of twice.
            params: of the rules; what a model says is in the bands of the series.
            mode: one of `frames.MODES`. Past-only, `start`, `alert` and `sign` of a finding follow from hours before
                `alert`, and `stop`, `score` and all else from hours before `recovery`.
        """
        ...
