import numpy as np
import numpy.typing as npt
import pytest

from vigia import features

WEEK = np.array([10.0, 12.0, 11.0, 13.0, 12.0, 6.0, 3.0])


def weekly(days: int, change: int | None = None, factor: float = 2.0) -> npt.NDArray[np.float64]:
    """(days, 24) a weekly pattern, at another level from day `change` on."""
    totals = np.resize(WEEK, days)
    if change is not None:
        totals[change:] *= factor
    return np.repeat(totals[:, None] / 24, 24, axis=1)


def described(filled: npt.NDArray[np.float64], day: int) -> dict[str, float]:
    days = np.array([day])
    row = features.daily_features(filled, days, np.ones(1))[0]
    return dict(zip(features.DAILY_NAMES, row, strict=True))


@pytest.mark.parametrize("count", features.RECENT)
def test_simple_forecasts_are_right_once_all_their_days_have_the_new_level(count: int) -> None:
    filled = weekly(60, change=40)
    row = described(filled, 40 + count)
    assert row[f"same_weekday_at_level_of_{count}"] == pytest.approx(filled[40 + count].sum(), rel=0.02)


def test_last_week_is_brought_to_the_level_of_the_last_three_days() -> None:
    filled = weekly(60, change=40)
    assert described(filled, 43)["last_week_at_new_level"] == pytest.approx(filled[43].sum())


def test_a_rule_that_is_always_right_has_no_error() -> None:
    row = described(weekly(60), 50)
    assert row["same_weekday_error"] == row["last_week_error"] == 0.0
    assert row["last_day_error"] == pytest.approx(np.abs(np.diff(np.append(WEEK, WEEK[0]))).mean())


@pytest.mark.parametrize("ago", [2, 9, 20])
def test_the_last_change_of_level_is_found_with_its_day(ago: int) -> None:
    filled = np.ones((60, 24))
    filled[50 - ago :] = 3.0
    row = described(filled, 50)
    assert row["days_since_change"] == ago
    assert row["level_since_change"] == pytest.approx(72.0)


def test_features_know_no_unit_and_nothing_of_the_day_they_describe() -> None:
    rng = np.random.default_rng(2)
    filled, days = rng.random((60, 24)), np.arange(28, 50)
    level = features.levels(filled.sum(axis=1), days, 7)
    other = 7 * filled
    other[49:] = 1e6
    found = features.daily_features(filled, days, level)
    assert found.shape == (len(days), len(features.DAILY_NAMES))
    assert np.allclose(features.daily_features(other, days, 7 * level), found)


def test_a_client_that_consumes_nothing_has_finite_features() -> None:
    filled, days = np.zeros((60, 24)), np.array([40])
    level = features.levels(filled.sum(axis=1), days, 7)
    assert np.isfinite(features.daily_features(filled, days, level)).all()
