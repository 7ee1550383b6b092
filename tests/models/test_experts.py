"""Weights by what forecasters missed of late: who follows is heard after a change, who knows the client in calm."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigia.models.experts import HALF_LIFE_DAYS, heard, joined

EQUAL = (1.0, 1.0)


def spoken(errors: list[list[float]], level: float = 100.0) -> tuple[np.ndarray, np.ndarray]:
    """Totals and actual of forecasters with these errors on days of the same level."""
    table = np.asarray(errors, dtype=float)
    return level + table, np.full(len(table), level)


def test_who_errs_less_is_heard_more_and_the_next_day_already() -> None:
    totals, actual = spoken([[5.0, 5.0]] * 60 + [[80.0, 5.0]])
    weights, _ = heard(totals, actual, EQUAL, reference=0)
    before, after = weights[60], weights[61]
    assert before[0] == pytest.approx(before[1])
    assert after[1] > 3 * after[0]


def test_weights_of_a_day_know_nothing_of_it_or_of_later_days() -> None:
    rng = np.random.default_rng(1)
    totals, actual = spoken(rng.normal(0, 20, (80, 3)).tolist())
    changed = totals.copy()
    changed[50:] = 1e6
    whole, cut, other = (
        heard(values, days, (1.0,) * 3, reference=0)[0]
        for values, days in ((totals, actual), (totals[:50], actual[:50]), (changed, actual))
    )
    assert np.array_equal(whole[:51], cut)
    assert np.array_equal(whole[:51], other[:51])


def test_what_is_remembered_goes_on_as_if_the_days_had_been_seen() -> None:
    rng = np.random.default_rng(2)
    totals, actual = spoken(rng.normal(0, 20, (120, 2)).tolist())
    whole, last = heard(totals, actual, EQUAL, reference=0)
    _, memory = heard(totals[:70], actual[:70], EQUAL, reference=0)
    after, again = heard(totals[70:], actual[70:], EQUAL, 0, memory, earlier=actual[42:70])
    assert after == pytest.approx(whole[70:])
    assert again.loss == pytest.approx(last.loss)
    assert again.days == pytest.approx(last.days)


def test_an_error_counts_half_after_the_half_life() -> None:
    days = int(HALF_LIFE_DAYS)
    totals, actual = spoken([[0.0, 0.0]] * 10 + [[0.0, 50.0]] + [[0.0, 0.0]] * days)
    _, soon = heard(totals[:11], actual[:11], EQUAL, reference=0)
    _, late = heard(totals, actual, EQUAL, reference=0)
    assert late.loss[1] == pytest.approx(soon.loss[1] / 2)


def test_days_that_nobody_knows_and_forecasters_that_say_nothing_count_for_nothing() -> None:
    totals, actual = spoken([[5.0, 90.0]] * 40)
    actual[8:] = np.nan
    weights, memory = heard(totals, actual, EQUAL, reference=0)
    assert memory.days[0] < 1
    totals, actual = spoken([[5.0, 5.0]] * 40)
    totals[:, 1] = np.nan
    weights, memory = heard(totals, actual, EQUAL, reference=0)
    assert (weights[:, 1] == 1.0).all()
    assert memory.days[1] == 0
    said = joined(np.stack([np.full((2, 24), 3.0), np.full((2, 24), np.nan)]), weights[:2])
    assert (said == 3.0).all()
    assert np.isnan(joined(np.full((2, 1, 24), np.nan), weights[:1])).all()


@settings(deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.tuples(*[st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6))] * 3), min_size=1, max_size=40),
    st.floats(1e-3, 1e3),
)
def test_weights_are_finite_whatever_was_said_and_do_not_depend_on_the_size_of_a_client(
    said: list[tuple[float, float, float]], size: float
) -> None:
    table = np.asarray(said)
    weights, _ = heard(table[:, :2], table[:, 2], EQUAL, reference=0)
    assert np.isfinite(weights).all()
    assert (weights >= 0).all()
    scaled, _ = heard(size * table[:, :2], size * table[:, 2], EQUAL, reference=0)
    assert scaled == pytest.approx(weights, rel=1e-6, abs=1e-12)
