"""Stretches on another level, with the whole history known."""

import pytest

from tests.detection.levels.test_past_levels import PARAMS, client
from vigia.detection.detectors.levels.two_sided import two_sided


@pytest.mark.parametrize(("days", "count"), [(PARAMS.min_days - 1, 0), (PARAMS.min_days, 1)])
def test_a_stretch_of_the_least_number_of_days_is_one(days: int, count: int) -> None:
    series = client([(100, 1.0), (days, 2.0), (100, 1.0)], noise=0.001)
    assert len(two_sided(series, "active", PARAMS)) == count
