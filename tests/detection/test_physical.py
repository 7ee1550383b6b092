"""What no load does, whatever the client is used to."""

import numpy as np
import pandas as pd

from vigia.config.sections.screen import ScreenParams
from vigia.detection.detectors.physical import JOIN_NEGATIVE_HOURS, NegativeEnergy
from vigia.detection.series import Series


def negative_at(*spans: tuple[int, int]) -> list[tuple[int, int]]:
    active = np.full(24 * 60, 100.0)
    for start, stop in spans:
        active[start:stop] = -100.0
    series = Series("1", pd.Timestamp("2023-01-01"), "America/Lima", {"active": active})
    found = NegativeEnergy().find(series, [], ScreenParams(), "past_only")
    return [(part.start, part.stop) for part in found]


def test_hours_below_zero_that_are_less_than_two_days_apart_are_one_finding() -> None:
    apart = JOIN_NEGATIVE_HOURS
    assert negative_at((100, 110), (110 + apart, 130 + apart)) == [(100, 130 + apart)]
    assert negative_at((100, 110), (111 + apart, 131 + apart)) == [(100, 110), (111 + apart, 131 + apart)]
    far = 110 + 5 * apart
    assert negative_at((100, 110), (far, far + 5), (far + 20, far + 30)) == [(100, 110), (far, far + 30)]
