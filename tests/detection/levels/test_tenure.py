"""When a level that a client took up again outweighs the usual one."""

import numpy as np
import pytest

from vigia.config.sections.screen import ScreenParams
from vigia.detection.detectors.levels.tenure import Reference, days_of_usual

PARAMS = ScreenParams().levels
STILL = slice(80, 80 + PARAMS.recur_still_days)


def resumed(days: int) -> np.ndarray:
    """Running levels of a client that stood still once, and was on the same level before and after."""
    levels = np.full(days, 1.0)
    levels[STILL] = -5.0
    return levels


@pytest.mark.parametrize(("first_day", "counted"), [(0, 193), (50, 143), (STILL.start, 0), (110, 0)])
def test_days_that_were_weighed_before_count_no_more(first_day: int, counted: int) -> None:
    days = days_of_usual(resumed(200), first_day, -5.0, Reference(0.0, 0.1, 30), PARAMS)
    assert len(days) == counted
    assert counted == 0 or days[0] == first_day
