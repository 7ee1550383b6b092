"""Cases are put where nothing else happens, evenly, and the same seed puts them there again."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from tests.bench.conftest import ZONE, normal, subject_of
from vigia.bench.cases import LENGTHS, Case, draw, lengths_of
from vigia.bench.subjects import BEFORE_HOURS, Subject, distinct
from vigia.calendars.holidays import is_holiday
from vigia.simulation.catalogue import CATALOGUE, fault_of
from vigia.simulation.faults import DAY

PER_KIND = 6


@pytest.fixture(scope="module")
def drawn(subjects: list[Subject]) -> list[Case]:
    return draw(subjects, PER_KIND, "PE", seed=3)


def hours_of(case: Case, subject: Subject) -> tuple[int, int]:
    start = int((case.start - subject.origin) / pd.Timedelta(hours=1))
    return start, start + case.hours


def test_the_same_seed_draws_the_same_cases_and_another_one_others(subjects: list[Subject], drawn: list[Case]) -> None:
    assert draw(subjects, PER_KIND, "PE", seed=3) == drawn
    other = draw(subjects, PER_KIND, "PE", seed=4)
    assert not {(case.client_id, case.start) for case in drawn} & {
        (case.client_id, case.start) for case in other if case.fault_id == "constant_cut"
    }


def test_every_fault_has_as_many_cases_and_controls_as_many_in_all(drawn: list[Case]) -> None:
    counted = Counter(case.fault_id for case in drawn)
    faults = {name: counted[name] for name, fault in CATALOGUE.items() if not fault.benign}
    controls = {name: counted[name] for name, fault in CATALOGUE.items() if fault.benign}
    assert set(faults.values()) == {PER_KIND}
    assert len(set(controls.values())) == 1
    assert 0 <= sum(controls.values()) - sum(faults.values()) < len(controls)


def test_cases_are_spread_evenly_over_clients(drawn: list[Case]) -> None:
    cuts = Counter(case.client_id for case in drawn if case.fault_id == "spike")
    assert max(cuts.values()) - min(cuts.values()) <= 1


def test_a_case_and_the_28_days_before_it_are_outside_the_mask(subjects: list[Subject], drawn: list[Case]) -> None:
    by_client = {subject.client_id: subject for subject in subjects}
    for case in drawn:
        subject = by_client[case.client_id]
        start, end = hours_of(case, subject)
        assert start >= BEFORE_HOURS
        assert end <= subject.series.hours
        assert not subject.masked[start - BEFORE_HOURS : end].any(), case
        if case.fault_id.startswith("voltage"):
            assert not subject.troubled[start - BEFORE_HOURS : end].any(), case


def test_onsets_are_not_tied_to_midnight(drawn: list[Case]) -> None:
    hours = {case.start.hour for case in drawn if case.fault_id in ("constant_cut", "zero_block", "outage")}
    assert len(hours) > 6


def test_a_closure_for_a_holiday_begins_on_one(drawn: list[Case]) -> None:
    days = pd.DatetimeIndex([case.start for case in drawn if case.fault_id == "holiday_closure"])
    assert is_holiday(days, "PE").all()
    assert set(days.hour) == {0}


def test_lasting_changes_end_with_the_readings_and_what_is_planned_is_announced(drawn: list[Case]) -> None:
    for case in drawn:
        assert (case.after_hours == 0) == (case.fault_id in ("new_machine", "partial_last_day"))
        assert bool(case.announced) == (case.fault_id in ("new_machine", "planned_closure"))


@pytest.mark.parametrize("fault_id", CATALOGUE)
def test_lengths_are_the_standard_ones_or_of_the_fault_s_own_range(fault_id: str) -> None:
    fault = fault_of(fault_id)
    lengths = lengths_of(fault, 60, np.random.default_rng(1))
    assert len(lengths) == 60
    assert fault.lengths[0] <= min(lengths)
    assert max(lengths) <= fault.lengths[1]
    standard = [length for length in LENGTHS if fault.lengths[0] <= length <= fault.lengths[1]]
    if len(standard) > 1:
        assert set(lengths) == set(standard)


def test_a_client_without_reactive_energy_and_voltages_has_no_such_faults(readings: dict[int, pd.DataFrame]) -> None:
    alone = subject_of(readings[9].assign(reactive_energy_kvarh=np.nan, voltage_fa_v=np.nan, voltage_fc_v=np.nan))
    kinds = {case.fault_id for case in draw([alone], 1, "PE", seed=1)}
    assert {"constant_cut", "zero_block", "planned_closure"} <= kinds
    assert not {"reactive_lost", "voltage_sag", "phase_imbalance", "outage", "duplicated_feed"} & kinds


def test_a_duplicated_feed_has_a_donor_with_other_readings(readings: dict[int, pd.DataFrame]) -> None:
    same = subject_of(readings[9].assign(client_id="copy"))
    pair = [subject_of(readings[9]), same]
    assert not [case for case in draw(pair, 2, "PE", seed=1) if case.fault_id == "duplicated_feed"]
    three = [*pair, subject_of(readings[11])]
    donors = {case.client_id: case.donor for case in draw(three, 8, "PE", seed=1) if case.donor}
    assert donors["9"] == donors["copy"] == "11"
    assert [subject.client_id for subject in distinct(three)] == ["9", "11"]


def test_a_history_without_28_clean_days_has_no_place() -> None:
    short = subject_of(normal(9, 40), (10, 30))
    assert draw([short], 3, "PE", seed=1) == []
    assert short.series.zone == ZONE
    assert not len(short.starts(fault_of("spike"), DAY))
