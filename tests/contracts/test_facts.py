"""Facts of a month, by hand: so few hours that one can count."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vigia import frames
from vigia.contracts import Contracts, Tariff, Terms, load_contracts, money_of, month_facts
from vigia.contracts.facts import MonthFacts
from vigia.errors import ConfigError

ZONE = "America/Lima"
MT2 = Tariff(off_peak_kwh=0.2, peak_kwh=0.5, demand_kw=30.0, reactive_kvarh=0.04)
ALL = Contracts(tariffs={"MT2": MT2})


def readings(first: str = "2024-05-01", days: int = 31, zone: str = ZONE, **columns: object) -> pd.DataFrame:
    """Hours of whole days: 10 kWh, 2 kvarh and 220 V each, if nothing else is said."""
    begin = pd.Timestamp(first, tz=zone)
    times = pd.date_range(begin, begin + pd.DateOffset(days=days), freq="h", inclusive="left")
    usual = {"active_energy_kwh": 10.0, "reactive_energy_kvarh": 2.0, "voltage_fa_v": 220.0, "voltage_fc_v": 220.0}
    return frames.check("readings", pd.DataFrame({"client_id": "7", "timestamp": times, **usual, **columns}))


def one(table: pd.DataFrame, **terms: object) -> MonthFacts:
    (found,) = month_facts(table, Terms.model_validate({"tariff": "MT2", **terms}), ALL, "PE")
    return found


def test_the_energies_of_a_month_are_billed_by_the_hours_of_the_peak() -> None:
    found = one(readings())
    working = 31 - 4 - 1  # four Sundays, and the first of May is a holiday
    assert found.active_kwh == 31 * 24 * 10
    assert found.peak_kwh == working * 5 * 10
    assert found.energy_cost == pytest.approx(0.2 * (found.active_kwh - found.peak_kwh) + 0.5 * found.peak_kwh)
    assert (found.complete, found.missing_hours) == (True, 0)


@pytest.mark.parametrize(("kvarh", "billed"), [(2.0, 0.0), (3.0, 0.0), (4.0, 744.0)])
def test_reactive_energy_beyond_thirty_percent_of_active_is_billed(kvarh: float, billed: float) -> None:
    found = one(readings(reactive_energy_kvarh=kvarh))
    assert found.reactive_share == pytest.approx(kvarh / 10)
    assert found.reactive_billed_kvarh == pytest.approx(billed)
    assert found.reactive_cost == pytest.approx(billed * 0.04)


def test_the_greatest_hour_is_the_demand_and_what_is_above_the_contract_its_excess() -> None:
    table = readings()
    table.loc[100, "active_energy_kwh"] = 64.0
    found = one(table, contracted_kw=60.0)
    assert (found.demand_kw, found.excess_kw, found.demand_cost) == (64.0, 4.0, 64.0 * 30)
    assert found.demand_at == table["timestamp"].iloc[100]
    assert one(table).excess_kw is None


@pytest.mark.parametrize(("hours", "poor"), [(37, False), (38, True)])
def test_voltage_out_of_tolerance_in_a_twentieth_of_the_hours_is_poor_supply(hours: int, poor: bool) -> None:
    table = readings()
    table.loc[: hours - 1, "voltage_fc_v"] = 232.0
    found = one(table, nominal_voltage_v=220.0)
    assert (found.voltage_hours_outside, found.poor_voltage) == (hours, poor)
    assert one(readings(voltage_fc_v=230.9), nominal_voltage_v=220.0).voltage_hours_outside == 0
    assert one(table).voltage_hours_outside is None


def test_an_outage_and_a_phase_that_is_not_measured_are_no_matter_of_tolerance() -> None:
    table = readings(voltage_fc_v=np.nan)
    table.loc[:99, "voltage_fa_v"] = 0.0
    found = one(table, nominal_voltage_v=220.0)
    assert (found.voltage_hours_outside, found.voltage_share_outside) == (0, 0.0)


def test_what_was_not_read_is_not_known_and_the_month_not_complete() -> None:
    table = readings(reactive_energy_kvarh=np.nan)
    table.loc[:99, "active_energy_kwh"] = np.nan
    found = one(table)
    assert (found.hours, found.missing_hours, found.complete) == (644, 100, False)
    assert (found.reactive_kvarh, found.reactive_share, found.reactive_billed_kvarh) == (None, None, None)
    assert one(readings(active_energy_kwh=np.nan)).demand_kw is None


def test_a_month_that_goes_on_is_told_as_such_and_months_are_local() -> None:
    table = readings("2024-04-30", 12)
    first, second = month_facts(table, Terms(), ALL, "PE")
    assert [str(each.month) for each in (first, second)] == ["2024-04-01 00:00:00-05:00", "2024-05-01 00:00:00-05:00"]
    assert (first.hours, second.hours) == (24, 264)
    assert not second.complete
    assert (first.energy_cost, first.peak_kwh) == (None, None)


def test_a_month_with_a_clock_change_has_the_hours_that_happen() -> None:
    table = readings("2024-04-01", 30, "America/Santiago")
    (found,) = month_facts(table, Terms(), Contracts(), "CL")
    assert (found.hours, found.missing_hours, found.complete) == (30 * 24 + 1, 0, True)


def test_energy_that_is_owed_has_the_other_sign() -> None:
    hours = pd.date_range("2024-05-03 17:00", periods=3, freq="h")
    assert money_of(hours, np.array([10.0, -10.0, np.nan]), MT2, "PE") == -3.0


def test_what_was_agreed_is_read_and_unknown_tariffs_are_refused(tmp_path: Path) -> None:
    assert load_contracts(tmp_path / "none.yaml") == Contracts()
    path = tmp_path / "contracts.yaml"
    path.write_text("tariff: MT2\ntariffs: {MT2: {off_peak_kwh: 0.2}}\nclients: {'7': {contracted_kw: 500}}\n")
    found = load_contracts(path)
    assert found.of("7", nominal_voltage_v=10_000.0) == Terms(tariff="MT2", contracted_kw=500, nominal_voltage_v=10_000)
    assert found.of("8", tariff="BT5").tariff == "BT5"
    assert found.tariff_of(found.of("8", tariff="BT5")) is None
    path.write_text("tariff: MT3\ntariffs: {MT2: {off_peak_kwh: 0.2}}\n")
    with pytest.raises(ConfigError, match="no tariff 'MT3'; there are MT2"):
        load_contracts(path)
    path.write_text("tariffs: {MT2: {price: 0.2}}\n")
    with pytest.raises(ConfigError, match="price: unknown"):
        load_contracts(path)
