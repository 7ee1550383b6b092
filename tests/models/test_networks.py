from dataclasses import replace

import numpy as np
import pytest

from tests.conftest import ZONE, hourly_readings
from vigia import metrics
from vigia.errors import ModelError
from vigia.models.families.lstm.onnx import session
from vigia.models.families.networks import fitted
from vigia.models.families.networks.fitted import DEFAULTS, NetworkForecaster
from vigia.models.families.networks.inputs import RULES, inputs, kind, known_columns
from vigia.models.families.networks.network import LSTM, MIDDLE
from vigia.models.history import DailyHistory

SMALL = {**DEFAULTS, "units": 16, "first_epochs": 40.0}
SMALL_LSTM = {**SMALL, "kind": LSTM, "window_days": 7, "client_kind": True}
DAYS = np.arange(150, 170)


def history(days: int = 170, seed: int = 1) -> DailyHistory:
    return DailyHistory.from_readings(hourly_readings(days, seed=seed), ZONE, "PE")


def scaled(whole: DailyHistory, factor: float) -> DailyHistory:
    return replace(whole, values=whole.values * factor, filled=whole.filled * factor)


@pytest.fixture(scope="module")
def clients() -> list[tuple[DailyHistory, np.ndarray]]:
    return [(history(seed=seed).head(150), np.arange(150)) for seed in (1, 2, 3)]


@pytest.fixture(scope="module", params=[SMALL, SMALL_LSTM], ids=["blocks", "lstm"])
def shared(request: pytest.FixtureRequest, clients: list[tuple[DailyHistory, np.ndarray]]) -> NetworkForecaster:
    return fitted.fit_fleet(clients, request.param, seed=7)


def test_what_is_read_of_a_day_lies_before_it() -> None:
    whole = history()
    spoiled = replace(whole, filled=np.vstack([whole.filled[:160], np.full((10, 24), 1e6)]))
    before, after = (inputs(each, np.array([100, 160]), SMALL_LSTM) for each in (whole, spoiled))
    for name in ("past", "known", "rules", "level"):
        assert np.array_equal(getattr(before, name), getattr(after, name)), name


def test_a_client_ten_times_as_large_is_read_alike() -> None:
    one, ten = (inputs(scaled(history(), factor), DAYS, SMALL_LSTM) for factor in (1.0, 10.0))
    assert one.known.shape == (len(DAYS), known_columns(SMALL_LSTM))
    assert one.rules.shape == (len(DAYS), RULES, 24)
    for name in ("past", "known", "rules"):
        assert np.allclose(getattr(one, name), getattr(ten, name), atol=1e-5), name
    assert np.allclose(10 * one.level, ten.level)


def test_a_client_of_nights_is_told_from_one_of_days() -> None:
    day = np.where(np.arange(24) < 6, 0.0, 1.0)
    by_day = DailyHistory.from_values(history().first_day, ZONE, np.tile(day, (60, 1)), history().holiday)
    by_night = DailyHistory.from_values(history().first_day, ZONE, np.tile(1 - day, (60, 1)), history().holiday)
    shares = [kind(each, np.array([50]))[0, 1] for each in (by_day, by_night)]
    assert shares == pytest.approx([0.0, 1.0])


def test_a_client_that_was_never_seen_is_forecast(shared: NetworkForecaster) -> None:
    new = history(seed=4)
    forecast = shared.predict(new, DAYS)
    assert metrics.wape(new.values[DAYS].sum(axis=1), forecast.sum(axis=1)) < 0.1


def test_quantiles_do_not_cross_and_the_middle_one_is_the_forecast(shared: NetworkForecaster) -> None:
    quantiles = shared.quantiles(inputs(history(), DAYS, shared.parameters))
    assert (np.diff(quantiles, axis=2) > 0).all()
    assert np.allclose(quantiles[:, :, MIDDLE], shared.predict(history(), DAYS))


def test_exported_it_says_the_same_and_has_the_same_bytes(shared: NetworkForecaster) -> None:
    read = inputs(history(), DAYS, shared.parameters)
    content = shared.to_onnx()
    (ratios,) = session(content).run(None, {"past": read.past, "known": read.known, "rules": read.rules})
    assert np.allclose(ratios * read.level[:, None, None], shared.quantiles(read), rtol=1e-4)
    assert shared.to_onnx() == content


def test_a_refit_goes_on_from_the_weights_before(
    shared: NetworkForecaster, clients: list[tuple[DailyHistory, np.ndarray]]
) -> None:
    still = {**shared.parameters, "learning_rate": 1e-9}
    further = fitted.fit_fleet(clients, still, seed=7, before=shared)
    assert all(np.allclose(one, other, atol=1e-5) for one, other in zip(shared.weights, further.weights, strict=True))
    anew = fitted.fit_fleet(clients, still, seed=8)
    assert not all(np.allclose(one, other, atol=1e-2) for one, other in zip(anew.weights, further.weights, strict=True))


def test_a_seed_gives_the_same_weights_whatever_was_fitted_before(
    clients: list[tuple[DailyHistory, np.ndarray]],
) -> None:
    brief = {**SMALL, "units": 12, "first_epochs": 1.0}
    one = fitted.fit_fleet(clients, brief, seed=7)
    for fewer in (clients[:1], clients[:2]):
        fitted.fit_fleet(fewer, {**brief, "batch_size": 64}, seed=8)
    other, another = (fitted.fit_fleet(clients, brief, seed) for seed in (7, 8))
    assert all(np.array_equal(each, same) for each, same in zip(one.weights, other.weights, strict=True))
    assert not all(np.array_equal(each, same) for each, same in zip(one.weights, another.weights, strict=True))


def test_fitted_to_a_client_it_comes_nearer_to_what_only_that_client_does(shared: NetworkForecaster) -> None:
    whole = history(seed=5)
    values = whole.values.copy()
    values[::10] *= 0.5
    odd = DailyHistory.from_values(whole.first_day, ZONE, values, whole.holiday)
    rows = fitted.client_rows(odd, np.arange(150), shared.parameters, (7, 1))
    assert rows is not None
    quick = replace(shared, parameters={**shared.parameters, "own_epochs": 30.0, "own_learning_rate": 0.002})
    own = fitted.fit_own(rows, quick, seed=7)
    errors = [
        metrics.wape(odd.values[30:150].sum(axis=1), model.predict(odd, np.arange(30, 150)).sum(axis=1))
        for model in (own, shared)
    ]
    assert errors[0] < errors[1]


def test_too_few_days_are_refused() -> None:
    with pytest.raises(ModelError, match="0 usable days"):
        fitted.fit_fleet([(history(20), np.arange(20))], SMALL, seed=7)
