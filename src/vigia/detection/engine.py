"""The detectors of one client, in the order in which they are asked, and the one loop that asks them."""

from collections.abc import Sequence

from vigia.config.sections.screen import ScreenParams
from vigia.detection.detectors.absence import MissingReadings, Outages
from vigia.detection.detectors.band import BandBreaches
from vigia.detection.detectors.base import Detector
from vigia.detection.detectors.levels.detector import LevelShifts, shifts
from vigia.detection.detectors.physical import Floors, NegativeEnergy, Spikes
from vigia.detection.detectors.ratios import ChannelRatios
from vigia.detection.detectors.runs import StandingRegisters
from vigia.detection.detectors.shape.detector import DayShapes
from vigia.detection.finding import Finding
from vigia.detection.people.accepted import accepting, without_accepted
from vigia.detection.series import Series

MODEL_FREE: tuple[Detector, ...] = (
    Floors(),
    Spikes(),
    NegativeEnergy(),
    StandingRegisters(),
    Outages(),
    MissingReadings(),
    LevelShifts(),
    DayShapes(),
    ChannelRatios(shifts),
)
"""What is explained by another finding comes behind it."""
BY_MODEL: tuple[Detector, ...] = (BandBreaches(),)
"""These read the bands of the series, and nothing else does."""
DETECTORS = (*MODEL_FREE, *BY_MODEL)


def find(series: Series, params: ScreenParams, mode: str, model_free: Sequence[Finding] | None = None) -> list[Finding]:
    """All findings of a mode, but for what a person accepted as the new normal.

    Args:
        series: the client's channels.
        params: of the rules.
        mode: one of `frames.MODES`.
        model_free: what `find` said of the same series without bands, where that is known: only the detectors that
            read bands are asked then. Where a person accepted an event all are asked, because what is left of an
            event depends on all that it consisted of.
    """

    def find_all(view: Series) -> list[Finding]:
        found: list[Finding] = []
        for detector in DETECTORS:
            found += detector.find(view, found, params, mode)
        return found

    if model_free is not None and not accepting(series.verdicts):
        found = list(model_free)
        for detector in BY_MODEL:
            found += detector.find(series, found, params, mode)
        return found
    return without_accepted(series, find_all, mode, params.join_days, params.merge_wait_hours)
