"""What every detector of one client is: a name, the kinds that it raises, and one function."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vigia.config.detection import DetectParams, ScreenParams
from vigia.detection.finding import Finding
from vigia.detection.series import Series


@dataclass(frozen=True)
class Limits:
    """The parameters that detectors are run with: model-free ones, and those of what a model expects."""

    screen: ScreenParams
    detect: DetectParams


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

    def find(self, series: Series, found: Sequence[Finding], limits: Limits, mode: str) -> list[Finding]:
        """Findings of a mode.

        Args:
            series: the client's channels.
            found: what the detectors before this one found: what explains a finding need not be told of twice.
            limits: parameters.
            mode: one of `frames.MODES`. Past-only, `start`, `alert`, `sign` and `score` of a finding follow from
                hours before `alert`, and `stop` from hours before `recovery`.
        """
        ...
