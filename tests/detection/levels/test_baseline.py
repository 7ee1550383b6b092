"""What is believed of normal, and what an event takes back of it."""

import math

import pytest

from vigia.config.sections.screen import LevelParams
from vigia.detection.detectors.levels.baseline import LONG_DAYS, Baseline


def test_days_that_belonged_to_an_event_are_forgotten_by_every_window() -> None:
    belief = Baseline("active", LevelParams())
    for day in range(12):
        belief.keep(day, 0.0, 0.0)
    for day in range(12, 42):
        belief.keep(day, -0.1, -0.1)
    belief.drop(30)
    for window in belief.windows:
        assert window.reference(belief.reference) == pytest.approx(0.0)


def test_a_long_window_is_compared_with_the_days_before_it() -> None:
    belief = Baseline("active", LevelParams())
    for day in range(100):
        belief.keep(day, 0.0, 0.0)
    for day in range(100, 100 + 60):
        belief.keep(day, -0.1, -0.1)
    assert belief.reference == pytest.approx(-0.1)
    for window in belief.windows:
        assert (window.days >= LONG_DAYS) == (window.reference(0.5) != 0.5)
    (longest,) = [window for window in belief.windows if window.days == 28 and not window.is_slow]
    assert longest.reference(belief.reference) == pytest.approx(0.0)


@pytest.mark.parametrize(("rate", "factor"), [(0.05, 1.0), (1.6, 0.5), (0.05 / 1.5**5, 1.5), (0.0, 25**0.2)])
def test_limits_follow_the_fifth_root_of_the_false_alarms_that_are_accepted(rate: float, factor: float) -> None:
    usual, asked = LevelParams(), LevelParams(false_alarms_per_month=rate)
    for mine, other in zip(asked.solved().past_only_windows, usual.past_only_windows, strict=True):
        assert math.log(mine[1]) == pytest.approx(factor * math.log(other[1]))
    for mine, other in zip(asked.solved().drift_windows, usual.drift_windows, strict=True):
        assert math.log(mine[1]) == pytest.approx(factor * math.log(other[1]))
        assert (mine[0], mine[2]) == (other[0], other[2])
    assert asked.solved().drift_noise_factor == pytest.approx(factor * usual.drift_noise_factor)
    assert asked.solved().noise_factor == pytest.approx(factor * usual.noise_factor)
    assert asked.solved().two_sided_ratio == usual.two_sided_ratio
