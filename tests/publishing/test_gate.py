"""What the gate says against a release."""

from pathlib import Path

import pytest

from tests.support.bare_release import bare_release, bare_training
from vigia import frames
from vigia.config import Params
from vigia.errors import ReleaseError
from vigia.publish.gate import NOMINAL, Summary, gate

WORSE = {"a": 0.106, "b": 0.2}
BENCH = {"bench_recall": 0.9, "bench_benign_raised": 0.05, "bench_recall_stuck": 1.0, "bench_recall_wrong_ratio": 0.8}


def summary(**changes: object) -> Summary:
    content = {
        "digest": "new",
        "families": {"a": "lstm", "b": "xgboost"},
        "wape": {"a": 0.1, "b": 0.2},
        "coverage": 0.95,
        "events": 20,
        "has_model": {"a": True, "b": True},
        "bench": BENCH,
    }
    return Summary(**{**content, **changes})  # type: ignore[arg-type] # fields by name


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"has_model": {"a": False}}, "has no model"),
        ({"wape": WORSE}, "daily WAPE"),
        ({"coverage": 0.89}, "coverage"),
        ({"events": 50}, "factor"),
        ({"events": 5}, "factor"),
        ({"bench": {**BENCH, "bench_recall": 0.84, "bench_recall_stuck": 0.6}}, "(limit -5%): stuck 60% after 100%"),
        ({"bench": {**BENCH, "bench_benign_raised": 0.15}}, "15.0% of benign changes raised"),
    ],
    ids=["no model", "worse forecast", "coverage", "many events", "few events", "faults missed", "benign raised"],
)
def test_the_gate_names_each_reason_against_a_release(changes: dict[str, object], word: str, params: Params) -> None:
    (reason,) = gate(summary(**changes), summary(), params)
    assert word in reason
    assert gate(summary(), summary(), params) == []


def test_what_reaches_a_limit_without_passing_it_is_no_reason(params: Params) -> None:
    limits = params.publish
    factor = int(limits.max_event_ratio)
    few, many = summary(events=9), summary(events=10 * factor - 1)
    assert gate(many, few, params) == gate(few, many, params) == []
    at_the_limit = {client: error * (1 + limits.max_wape_growth) for client, error in summary().wape.items()}
    assert gate(summary(wape=at_the_limit), summary(), params) == []
    gap = limits.model_copy(update={"max_coverage_gap": NOMINAL - 0.9})
    assert gate(summary(coverage=0.9), summary(), params.model_copy(update={"publish": gap})) == []


def test_the_first_release_needs_only_its_models(params: Params) -> None:
    assert gate(summary(wape=WORSE, coverage=0.5, events=999), None, params) == []
    assert gate(summary(has_model={"a": False}), None, params)


def test_the_bench_may_lose_what_the_parameter_allows_and_gain_what_it_wants(params: Params) -> None:
    for recall, raised in ((0.85, 0.05), (1.0, 0.0)):
        assert gate(summary(bench={"bench_recall": recall, "bench_benign_raised": raised}), summary(), params) == []
    allowed = params.publish.model_copy(update={"max_recall_drop": 0.2, "max_benign_rise": 0.1})
    worse = summary(bench={"bench_recall": 0.72, "bench_benign_raised": 0.14})
    assert len(gate(worse, summary(), params)) == 2
    assert gate(worse, summary(), params.model_copy(update={"publish": allowed})) == []


@pytest.mark.parametrize(("new", "current"), [({}, BENCH), (BENCH, {}), ({"bench_cases": 0.0}, BENCH)], ids=str)
def test_without_figures_of_both_releases_the_bench_says_nothing(
    new: dict[str, float], current: dict[str, float], params: Params
) -> None:
    assert gate(summary(bench=new), summary(bench=current), params) == []


def test_a_release_brings_its_figures_of_the_bench(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    bare_release(folder, bare_training(tmp_path / "train", ["7"]))
    assert Summary.of(folder).bench == {}
    (folder / "reports" / "metrics.json").write_text('{"bench_recall": 0.9, "wape_day_mean": 0.1}')
    assert Summary.of(folder).bench == {"bench_recall": 0.9}


def test_events_are_counted_as_an_operator_sees_them(tmp_path: Path) -> None:
    """Raised past-only, and those of one cause as one."""
    folder = tmp_path / "release"
    bare_release(folder, bare_training(tmp_path / "train", ["7"]), [(name, 0, 5) for name in "abcde"])
    assert Summary.of(folder).events == 5
    events = frames.read(folder / "events.parquet", "events")
    modes = ["past_only", "past_only", "past_only", "two_sided", "two_sided"]
    frames.write(events.assign(group_id=["g", "g", None, None, "g"], mode=modes), folder / "events.parquet")
    assert Summary.of(folder).events == 2


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"manifest.json is missing"):
        Summary.of(tmp_path)
