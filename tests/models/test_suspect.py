"""Days that nobody has judged yet are not followed at once, and not kept out for longer than a rule needs."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from vigia.models import DailyHistory
from vigia.models.forecaster import Parts
from vigia.models.history import Days, Matrix
from vigia.models.suspect import SUSPECT_DAYS, expectation, suspect_days, without_suspect_days

DAYS = 120
ONSET = 90


@dataclass(frozen=True)
class Yesterday:
    """Repeats the day before, as a forecaster does that follows a level at once."""

    family: str = "yesterday"
    history_days: int = 28

    @property
    def parts(self) -> Parts:
        return ((1.0, self),)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        return history.filled[days - 1]

    def save(self, folder: object) -> None:
        raise NotImplementedError


def history(noise: float = 0.03, seed: int = 1) -> DailyHistory:
    rng = np.random.default_rng(seed)
    week = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 0.6])
    shape = 100 + 40 * np.sin(np.arange(24) / 24 * 2 * np.pi)
    values = week[np.arange(DAYS) % 7][:, None] * shape * np.exp(rng.normal(0, noise, (DAYS, 1)))
    return DailyHistory.from_values(date(2023, 1, 2), "America/Lima", values, np.zeros(DAYS + 60, dtype=bool))


def with_values(base: DailyHistory, values: Matrix) -> DailyHistory:
    return DailyHistory.from_values(base.first_day, base.zone, values, base.holiday)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_new_level_is_expected_only_after_it_had_time_to_be_judged(factor: float) -> None:
    base = history()
    values = base.values.copy()
    values[ONSET:] *= factor
    days = np.arange(ONSET - 5, ONSET + 10)
    seen = expectation(Yesterday(), with_values(base, values), days).sum(axis=1)
    usual = base.values[days - 1].sum(axis=1)
    waits = days <= ONSET + SUSPECT_DAYS
    assert np.allclose(seen[waits] / usual[waits], 1, atol=0.15)
    assert np.allclose(seen[~waits], values[days[~waits] - 1].sum(axis=1))


def test_a_change_in_the_afternoon_is_suspect_on_its_first_day() -> None:
    base = history()
    values = base.values.copy()
    values[ONSET, 14:] *= 0.4
    assert suspect_days(with_values(base, values))[ONSET]
    assert not suspect_days(base)[28:].any()


def test_what_a_client_often_does_is_not_suspect() -> None:
    base = history()
    values = base.values.copy()
    values[np.random.default_rng(5).random(DAYS) < 0.5] *= 0.3
    assert suspect_days(with_values(base, values))[60:].mean() < 0.05


def test_later_readings_change_nothing_and_old_suspicions_are_forgotten() -> None:
    base = history()
    values = base.values.copy()
    values[ONSET] *= 3
    whole = with_values(base, values)
    assert np.array_equal(suspect_days(whole)[:100], suspect_days(whole.head(100)))
    assert without_suspect_days(whole, ONSET + 1).masked[ONSET].all()
    assert without_suspect_days(whole, ONSET + SUSPECT_DAYS).masked[ONSET].all()
    assert without_suspect_days(whole, ONSET + SUSPECT_DAYS + 1) is whole


def test_a_short_history_has_no_suspect_days() -> None:
    assert not suspect_days(history().head(9)).any()
