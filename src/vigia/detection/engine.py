"""The detectors of one client, in the order in which they are asked, and the one loop that asks them."""

from vigia.detection.detectors.absence import MissingReadings, Outages
from vigia.detection.detectors.band import BandBreaches
from vigia.detection.detectors.base import Detector, Limits
from vigia.detection.detectors.levels.detector import LevelShifts, shifts
from vigia.detection.detectors.physical import Floors, NegativeEnergy, Spikes
from vigia.detection.detectors.ratios import ChannelRatios
from vigia.detection.detectors.runs import StandingRegisters
from vigia.detection.detectors.shape.detector import DayShapes
from vigia.detection.finding import Finding
from vigia.detection.people.accepted import without_accepted
from vigia.detection.series import Series

DETECTORS: tuple[Detector, ...] = (
    Floors(),
    Spikes(),
    NegativeEnergy(),
    StandingRegisters(),
    Outages(),
    MissingReadings(),
    LevelShifts(),
    DayShapes(),
    ChannelRatios(shifts),
    BandBreaches(),
)
"""What is explained by another finding comes behind it."""


def find(series: Series, limits: Limits, mode: str, detectors: tuple[Detector, ...] = DETECTORS) -> list[Finding]:
    """All findings of a mode, but for what a person accepted as the new normal."""

    def find_all(view: Series) -> list[Finding]:
        found: list[Finding] = []
        for detector in detectors:
            found += detector.find(view, found, limits, mode)
        return found

    screen = limits.screen
    return without_accepted(series, find_all, mode, screen.join_days, screen.merge_wait_hours)
