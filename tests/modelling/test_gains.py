"""What tuning is believed to have won, and whose parameters a client takes."""

import numpy as np
import pytest

from vigia import tune
from vigia.train.offers import DEFAULTS, OWN, SHARED, Offer, Offers
from vigia.train.settle import settle
from vigia.tune import Tried

CLIENTS = [str(number) for number in range(12)]
ORIGINS = 6


def noisy(rng: np.random.Generator, gain: float, count: int, noise: float = 0.1) -> dict[str, list[float]]:
    return {client: (gain + noise * rng.standard_normal(count)).tolist() for client in CLIENTS}


def test_the_luckiest_of_many_trials_that_win_nothing_is_hardly_believed() -> None:
    believed, best = [], []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        tuned = [noisy(rng, 0.0, 4) for _ in range(30)]
        luckiest = min(tuned, key=lambda ratios: np.mean([np.mean(values) for values in ratios.values()]))
        best.append(np.mean([np.mean(values) for values in luckiest.values()]))
        believed.append(tune.believed_of_fleet(tuned, noisy(rng, 0.0, 2)))
    assert np.mean(best) < -0.02
    assert np.mean(believed) > 0.2 * np.mean(best)


def test_a_gain_of_all_clients_is_believed_though_two_origins_that_no_study_saw_show_little() -> None:
    rng = np.random.default_rng(1)
    tuned = [noisy(rng, gain, 4) for gain in (-0.06, 0.05, 0.02, 0.08)]
    assert -0.07 < tune.believed_of_fleet(tuned, noisy(rng, -0.01, 2, noise=0.2)) < -0.04
    assert tune.believed_of_fleet([], {}) == 0.0


@pytest.mark.parametrize("clients", [3, 12], ids=["few clients", "many clients"])
def test_a_client_that_wins_for_sure_stands_out_and_luck_does_not(clients: int) -> None:
    rng = np.random.default_rng(2)
    ratios = {client: (0.05 + 0.01 * rng.standard_normal(3)).tolist() for client in CLIENTS[:clients]}
    ratios["0"] = [-0.31, -0.29, -0.3]
    ratios["1"] = [-0.4, 0.3, 0.12]
    believed = tune.believed_by_client(ratios)
    assert believed["0"] < -0.15
    assert [value for client, value in believed.items() if client != "0"] == [0.0] * (clients - 1)


def offered(client: str, shared: float, own: float) -> Offers:
    def offer(name: str, ratio: float) -> Offer:
        scatter = np.exp(0.01 * np.random.default_rng(int(client)).standard_normal(ORIGINS))
        return Offer({"of": name}, (0.1 * ratio * scatter).tolist(), [[1.0]] * ORIGINS)

    offers = {DEFAULTS: offer(DEFAULTS, 1.0), SHARED: offer(SHARED, shared), OWN: offer(OWN, own)}
    days = [[number] for number in range(ORIGINS)]
    return Offers(client, "xgboost", "fitted", 1.0, days, [[1.0]] * ORIGINS, offers=offers)


def studied(ratio: float) -> list[Tried]:
    rng = np.random.default_rng(3)
    errors = {client: (0.1 * np.exp(0.01 * rng.standard_normal(4))).tolist() for client in CLIENTS}
    better = {client: [ratio * error for error in values] for client, values in errors.items()}
    return [Tried({}, 1.0, [], True, errors), Tried({"of": SHARED}, ratio, [], True, better)]


def test_all_take_what_all_win_by_and_one_its_own_where_that_is_still_better() -> None:
    offers = [offered(client, 0.9, 0.7 if client == "3" else 0.97) for client in CLIENTS]
    settled = settle(offers, studied(0.9))
    assert {client: each.whose for client, each in settled.items()} == {
        client: OWN if client == "3" else SHARED for client in CLIENTS
    }
    assert settled["0"].gain == pytest.approx(np.log(0.9), abs=0.02)
    assert settled["3"].gain < settled["0"].gain


def test_where_nobody_wins_the_defaults_are_kept() -> None:
    settled = settle([offered(client, 1.1, 1.2) for client in CLIENTS], studied(1.1))
    assert {(each.whose, each.gain) for each in settled.values()} == {(DEFAULTS, 0.0)}
    untuned = Offers("0", "seasonal", "fitted", 1.0, [[1]], [[1.0]], offers={DEFAULTS: Offer({}, [0.1], [[1.0]])})
    assert settle([untuned], [])["0"].whose == DEFAULTS
