"""How offsets follow the misses of each week, and what the fleet lends to a client whose misses are not known yet."""

import numpy as np
import pandas as pd
import pytest

from tests.modelling.test_calibrate import LIMA, made_client, made_pool, row_of
from vigia.calibrate import Pool, calibrate_client
from vigia.config import Params
from vigia.frames import check
from vigia.train import ClientData

DAYS, TURN = 260, 160
LEVELS = (0.5, 0.75, 0.90, 0.96)


def thresholds(params: Params, adaptation: float) -> pd.DataFrame:
    """Of a client that consumes more than expected from one day on, by twice what it missed by until then."""
    data, expected, ahead = made_client("1", DAYS, params)
    more = data.readings["active_energy_kwh"] + 2.0 * (np.arange(24 * DAYS) >= 24 * TURN)
    data = ClientData("1", data.readings.assign(active_energy_kwh=more), data.mask)
    section = params.calibrate.model_copy(update={"adaptation": adaptation, "levels": LEVELS, "half_life_days": 1e6})
    return calibrate_client(data, expected, ahead, params.model_copy(update={"calibrate": section}), False).thresholds


@pytest.fixture(scope="module")
def plain(params: Params) -> pd.DataFrame:
    return thresholds(params, 0.0)


@pytest.fixture(scope="module")
def adaptive(params: Params) -> pd.DataFrame:
    return thresholds(params, 0.2)


def offset(table: pd.DataFrame, day: int, side: str, level: float) -> float:
    return float(row_of(table, day, resolution="hour", level=level)[f"{side}_offset"])


def test_a_tail_that_leaves_too_much_outside_is_widened_and_one_that_leaves_nothing_narrowed(
    plain: pd.DataFrame, adaptive: pd.DataFrame
) -> None:
    day = TURN + 28
    assert offset(adaptive, day, "upper", 0.90) > offset(plain, day, "upper", 0.90) + 0.1
    assert offset(adaptive, day, "lower", 0.90) > offset(plain, day, "lower", 0.90) + 0.1


def test_the_share_left_outside_stays_between_a_part_of_its_nominal_value_and_as_many_times_of_it(
    plain: pd.DataFrame, adaptive: pd.DataFrame
) -> None:
    """At 0.90 a tail holds 0.05: never less than 0.02, which is that of 0.96, nor more than 0.125, that of 0.75."""
    rows = adaptive[(adaptive["mode"] == "past_only") & (adaptive["basis"] == "normal")]
    assert len(rows)
    for day in range(TURN + 14, DAYS, 14):
        assert offset(adaptive, day, "upper", 0.90) <= offset(plain, day, "upper", 0.96)
        assert offset(adaptive, day, "lower", 0.90) <= offset(plain, day, "lower", 0.75)


def test_while_a_client_misses_as_before_the_share_left_outside_stays_near_its_nominal_value(
    plain: pd.DataFrame, adaptive: pd.DataFrame
) -> None:
    for side in ("lower", "upper"):
        shares = [offset(adaptive, day, side, 0.90) / offset(plain, day, side, 0.90) for day in range(100, TURN, 7)]
        assert np.mean(shares) == pytest.approx(1.0, abs=0.1)


@pytest.fixture(scope="module")
def pool(params: Params) -> Pool:
    return made_pool(params, 400)


@pytest.mark.parametrize("level", [100.0, 1000.0])
def test_what_the_fleet_lends_before_any_miss_is_known_has_the_size_of_the_client(
    params: Params, pool: Pool, level: float
) -> None:
    """The fleet's clients miss 1, 2 and 5 % of an hour of theirs, so the usual one is taken to miss 2 %."""
    data, expected, ahead = made_client("1", 60, params, first="2024-01-01")
    energy = data.readings["active_energy_kwh"] * level / 100
    young = ClientData("1", check("readings", data.readings.assign(active_energy_kwh=energy)), data.mask)
    table = calibrate_client(young, expected, ahead, params, False, pool).thresholds
    first = row_of(table, 28, "2024-01-01", resolution="hour", level=0.95)
    assert first["pooled"]
    assert first["valid_from"] == pd.Timestamp("2024-01-29", tz=LIMA)
    for side, sign in (("lower", -1), ("upper", 1)):
        assert first[f"{side}_offset"] * first["scale"] == pytest.approx(sign * 1.96 * 0.02 * level, rel=0.25)


def test_what_the_fleet_lends_once_misses_are_known_is_that_of_any_client_over_its_own_scale(
    params: Params, pool: Pool
) -> None:
    """The mean size of a Gaussian miss is 0.8 standard deviations, and 1 % of them are further than 2.58 away."""
    section = params.calibrate.model_copy(update={"adaptation": 0.0, "levels": (0.99,), "half_life_days": 1e6})
    alone = params.model_copy(update={"calibrate": section})
    table = calibrate_client(*made_client("1", 60, params, "2024-01-01", size=3.0), alone, False, pool).thresholds
    row = row_of(table, 42, "2024-01-01", resolution="hour", level=0.99)
    assert row["pooled"]
    assert row["scale"] == pytest.approx(0.8 * 3.0, rel=0.15)
    for side, sign in (("lower", -1), ("upper", 1)):
        assert row[f"{side}_offset"] == pytest.approx(sign * 2.58 / 0.8, rel=0.12)
