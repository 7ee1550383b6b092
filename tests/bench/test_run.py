"""From a case to its row, with the model-free engine on quiet clients."""

import pickle

import numpy as np
import pandas as pd
import pytest

from tests.bench.conftest import subject_of
from vigia.bench.cases import Case
from vigia.bench.engines import ScanEngine, engine_of
from vigia.bench.run import Row, Task, judge, tasks
from vigia.bench.subjects import Subject
from vigia.config import Params
from vigia.errors import ConfigError

ONSET_DAY = 180
X = "active_energy_kwh"


def case_of(subject: Subject, fault_id: str, days: float, **options: object) -> Case:
    start = subject.origin + pd.Timedelta(days=ONSET_DAY, hours=7)
    return Case(subject.client_id, fault_id, start, start + pd.Timedelta(days=days), seed=1, **options)


def rows(subjects: list[Subject], engine: ScanEngine, *cases: Case) -> dict[tuple[str, str], Row]:
    found = [row for task in tasks(subjects, cases, {"now": engine}) for row in judge(task)]
    return {(row["fault_id"], row["mode"]): row for row in found}


def test_a_block_of_zeros_is_found_and_an_outage_is_not_raised_as_consumption(
    subjects: list[Subject], engine: ScanEngine
) -> None:
    one = subjects[1]
    found = rows([one], engine, case_of(one, "zero_block", 10), case_of(one, "outage", 1.5))
    for mode in ("past_only", "two_sided"):
        block, outage = found["zero_block", mode], found["outage", mode]
        assert block["found"]
        assert block["kind"] == "zero_run"
        assert block["severity"] == pytest.approx(1)
        assert not outage["raised"]
        assert outage["others"] == 1
    assert 0 < found["zero_block", "past_only"]["delay_hours"] <= 24
    assert found["zero_block", "two_sided"]["overlap"] > 0.9


def test_a_small_cut_is_missed_with_an_infinite_delay(subjects: list[Subject], engine: ScanEngine) -> None:
    found = rows(subjects, engine, case_of(subjects[1], "constant_cut", 14, depth=0.97))
    assert not found["constant_cut", "past_only"]["found"]
    assert found["constant_cut", "past_only"]["delay_hours"] == np.inf
    assert np.isnan(found["constant_cut", "two_sided"]["delay_hours"])


def test_a_new_machine_is_raised_only_without_its_announcement(subjects: list[Subject], engine: ScanEngine) -> None:
    one = subjects[1]
    options = {"depth": 1.6, "after_hours": 0}
    silent = rows([one], engine, case_of(one, "new_machine", 60, **options))
    told = rows([one], engine, case_of(one, "new_machine", 60, announced="Equipo nuevo", **options))
    for mode in ("past_only", "two_sided"):
        assert silent["new_machine", mode]["raised"]
        assert not told["new_machine", mode]["raised"]


def test_an_event_that_is_there_anyway_is_not_credited(readings: dict[int, pd.DataFrame], engine: ScanEngine) -> None:
    away = readings[11].copy()
    away.loc[24 * ONSET_DAY : 24 * (ONSET_DAY + 20), [X, "reactive_energy_kvarh"]] *= 0.4
    one = subject_of(away)
    found = rows([one], engine, case_of(one, "constant_cut", 19, depth=0.95))
    assert not found["constant_cut", "past_only"]["found"]
    assert not found["constant_cut", "two_sided"]["found"]
    assert found["constant_cut", "past_only"]["others"] == 0


def test_a_duplicated_feed_is_found_with_the_help_of_its_donor(subjects: list[Subject], engine: ScanEngine) -> None:
    case = case_of(subjects[1], "duplicated_feed", 20, donor=subjects[0].client_id)
    found = rows(subjects, engine, case)
    assert found["duplicated_feed", "past_only"]["kind"] == "duplicated_feed"
    assert found["duplicated_feed", "two_sided"]["overlap"] > 0.9


def test_where_there_was_nothing_to_lose_nothing_is_judged(
    readings: dict[int, pd.DataFrame], engine: ScanEngine
) -> None:
    idle = readings[9].copy()
    idle.loc[24 * ONSET_DAY : 24 * (ONSET_DAY + 3), [X, "reactive_energy_kvarh"]] = 0.0
    one = subject_of(idle)
    found = rows([one], engine, case_of(one, "constant_cut", 1))
    assert {row["status"] for row in found.values()} == {"nothing_changed"}


def test_each_set_of_parameters_judges_every_case_and_a_task_sent_elsewhere_gives_the_same_rows(
    subjects: list[Subject], engine: ScanEngine
) -> None:
    one = subjects[1]
    slow = ScanEngine(engine.screen.model_copy(update={"min_zero_hours": 72}), engine.params)
    task = Task(one, (case_of(one, "zero_block", 2),), {}, {"now": engine, "slow": slow}, ("past_only",))
    first, again = judge(task), judge(pickle.loads(pickle.dumps(task)))
    assert first == again
    assert (first[0]["params"], first[0]["kind"]) == ("now", "zero_run")
    assert first[1].get("kind") != "zero_run"


def test_an_engine_that_is_not_there_is_named() -> None:
    params = Params.model_validate({"fleet": {"name": "test"}})
    assert engine_of("scan", params) == ScanEngine(params.screen, params.detect, params.fleet.country)
    for name, words in (("pipeline", "needs a pipeline run"), ("magic", "no engine 'magic'")):
        with pytest.raises(ConfigError, match=words):
            engine_of(name, params)
