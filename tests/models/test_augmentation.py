from datetime import date

import numpy as np
import pytest

from vigia import metrics
from vigia.models.augmentation import LARGEST, READ_DAYS, WEIGHT, with_level_shifts
from vigia.models.families.fleet import DEFAULTS, fit_fleet
from vigia.models.history import DailyHistory
from vigia.models.samples import samples


@pytest.fixture(scope="module")
def history() -> DailyHistory:
    values = 10 + np.random.default_rng(1).random((400, 24))
    return DailyHistory.from_values(date(2024, 1, 1), "America/Lima", values, np.zeros(460, dtype=bool))


def test_invented_levels_are_within_the_range_and_begin_at_any_hour(history: DailyHistory) -> None:
    stepped = with_level_shifts(samples(history, np.arange(400)), (7,))[-1]
    factor = (stepped.history.values / history.values).ravel()
    assert 1 / LARGEST <= factor.min() < 0.5
    assert 2 < factor.max() <= LARGEST
    changes = np.flatnonzero(~np.isclose(factor[1:], factor[:-1])) + 1
    assert len(changes) >= 5
    assert len(set(changes % 24)) > 3


def test_only_the_days_after_a_change_are_learnt_from_and_count_less(history: DailyHistory) -> None:
    *_, measured, stepped = with_level_shifts(samples(history, np.arange(400)), (7,))
    factor = stepped.history.values / history.values
    levels = factor[:, -1]
    assert np.allclose(factor[stepped.days], levels[stepped.days, None])
    assert all(np.ptp(levels[day - READ_DAYS - 1 : day]) > 1e-6 for day in stepped.days)
    assert (measured.weight, stepped.weight) == (1.0, WEIGHT)
    assert 0 < len(stepped.days) < len(measured.days)


def test_a_longer_history_has_the_same_changes_first(history: DailyHistory) -> None:
    short, long = (
        with_level_shifts(samples(part, np.arange(part.days)), (7,))[-1] for part in (history.head(200), history)
    )
    assert np.array_equal(short.history.values, long.history.values[:200])
    assert np.array_equal(short.days, long.days[long.days < 200])


def test_a_fleet_whose_levels_never_changed_follows_one_from_its_first_whole_day(history: DailyHistory) -> None:
    clients = [(history, np.arange(300))] * 6
    model = fit_fleet(clients, {**DEFAULTS, "min_child_weight": 2.0}, seed=3)
    values = history.values.copy()
    values[350:] *= 2
    changed = DailyHistory.from_values(history.first_day, history.zone, values, history.holiday)
    days = np.arange(351, 365)
    assert metrics.wape(values[days].sum(axis=1), model.predict(changed, days).sum(axis=1)) < 0.1
