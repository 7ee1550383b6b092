"""The few cases that every release is held to."""

import numpy as np
import pandas as pd
import pytest

from tests.bench.conftest import normal, subject_of
from vigia.bench.cases import Case
from vigia.bench.engines import ScanEngine
from vigia.bench.small import KINDS, PER_KIND, draw_small, first_by_number, judge_small, small_figures
from vigia.bench.subjects import BEFORE_HOURS, Subject
from vigia.simulation.catalogue import CATALOGUE


def places(cases: list[Case]) -> set[tuple[str, str, pd.Timestamp]]:
    return {(case.client_id, case.fault_id, case.start) for case in cases}


def test_every_kind_has_its_cases_in_clean_stretches_and_they_are_always_the_same(subjects: list[Subject]) -> None:
    cases = draw_small(subjects)
    assert cases == draw_small(subjects[::-1]) == draw_small(subjects)
    assert len(cases) == len(places(cases)) == PER_KIND * len(KINDS)
    by_client = {subject.client_id: subject for subject in subjects}
    for case in cases:
        subject = by_client[case.client_id]
        start = round((case.start - subject.origin) / pd.Timedelta(hours=1))
        assert start >= BEFORE_HOURS
        assert not subject.masked[start - BEFORE_HOURS : start + case.hours].any()
    assert all(
        CATALOGUE[kind.fault_id].lengths[0] <= kind.hours <= CATALOGUE[kind.fault_id].lengths[1] for kind in KINDS
    )


def test_a_longer_history_and_a_new_client_leave_most_cases_where_they_were(subjects: list[Subject]) -> None:
    before = places(draw_small(subjects))
    longer = [subject_of(normal(9, 280), (100, 110), (150, 160)), subject_of(normal(11, 280))]
    assert len(before & places(draw_small(longer))) > 0.6 * len(before)
    more = places(draw_small([*subjects, subject_of(normal(7, 260))]))
    assert len(before & more) > 0.5 * len(before)


def test_a_place_stays_unless_it_is_taken_away_or_a_smaller_number_comes() -> None:
    origin = pd.Timestamp("2023-01-01", tz="America/Lima")
    starts = np.arange(1000, 3000)
    first = first_by_number(starts, origin, 7)
    assert first_by_number(starts[starts != first], origin, 7) != first
    assert first_by_number(starts[starts <= first], origin, 7) == first
    assert first_by_number(starts - 48, origin + pd.Timedelta(days=2), 7) == first - 48
    found = {first_by_number(starts, origin, salt) for salt in range(200)}
    assert len(found) > 180
    assert np.mean(list(found)) == pytest.approx(2000, abs=150)


def test_a_dull_engine_finds_less(subjects: list[Subject], engine: ScanEngine) -> None:
    cases = draw_small(subjects, 1)
    levels = engine.screen.levels.model_copy(update={"past_only_windows": ((1, 9.0), (28, 9.0)), "noise_factor": 99.0})
    dull = ScanEngine(engine.screen.model_copy(update={"levels": levels, "min_stuck_hours": 999}), engine.params)
    sharp, blunt = (
        small_figures(
            row
            for subject in subjects
            for row in judge_small(subject, [case for case in cases if case.client_id == subject.client_id], each)
        )
        for each in (engine, dull)
    )
    assert sharp["bench_cases"] == 9
    assert sharp["bench_benign_cases"] == 4
    assert sharp["bench_recall"] > 0.8
    assert blunt["bench_recall"] < sharp["bench_recall"] - 0.3
    assert sharp["bench_recall_stuck"] == 1
    assert blunt["bench_recall_stuck"] == 0


def test_without_a_place_there_is_no_case_and_no_share() -> None:
    assert draw_small([]) == []
    assert draw_small([subject_of(normal(9, 28))]) == []
    assert small_figures([]) == {"bench_cases": 0, "bench_benign_cases": 0}


def test_what_does_not_fit_a_client_is_left_out(readings: dict[int, pd.DataFrame]) -> None:
    alone = subject_of(readings[9].assign(reactive_energy_kvarh=np.nan, voltage_fa_v=np.nan, voltage_fc_v=np.nan))
    kinds = {case.fault_id for case in draw_small([alone])}
    assert not {"voltage_swell", "outage"} & kinds
    assert {"zero_block", "constant_cut_active"} <= kinds
