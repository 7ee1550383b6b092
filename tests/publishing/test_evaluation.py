"""The run of evaluation of a release: what it says beside the one in operation, and what was decided."""

import json

import pytest
from mlflow.artifacts import load_text

from tests.publishing.operation import Operation
from vigia.errors import PublishError
from vigia.publish.evaluation import evaluation_of
from vigia.tracking import log_evaluation


def evaluations(operation: Operation) -> list:
    return operation.tracker.client.search_runs(
        [operation.tracker.experiment], "tags.level = 'evaluation'", order_by=["attribute.start_time"]
    )


def test_a_release_has_one_evaluation_with_all_parameters_by_their_names(operation: Operation) -> None:
    folder, digest, _ = operation.release("first", ["1", "2"])
    found = evaluation_of(folder, None, operation.params, {"train": 60.0, "detect": 3.0})
    (run, new), (again, twice) = (log_evaluation(operation.tracker, found) for _ in range(2))
    assert (new, twice, again) == (True, False, run)
    logged = operation.tracker.client.get_run(run)
    assert logged.data.params["detect.breach_days"] == "3"
    assert logged.data.params["screen.levels.past_only_windows"].startswith("[[1, 1.95]")
    assert logged.data.tags["release"] == digest
    assert logged.data.metrics["seconds/train"] == 60.0
    assert logged.info.end_time - logged.info.start_time == pytest.approx(63_000, abs=5_000)
    assert [each.dataset.digest for each in logged.inputs.dataset_inputs] == [logged.data.tags["data_digest"]]
    first = min(logged.data.metrics)
    assert first.startswith("overview/")


def test_an_evaluation_that_a_killed_process_had_begun_is_logged_anew(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _, _ = operation.release("first", ["1"])
    found = evaluation_of(folder, None, operation.params)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(operation.tracker.client, "set_terminated", dies)
    with pytest.raises(KeyboardInterrupt):
        log_evaluation(operation.tracker, found)
    monkeypatch.undo()
    assert log_evaluation(operation.tracker, found)[1]
    assert [run.info.status for run in evaluations(operation)] == ["FINISHED"]


def test_the_evaluation_says_which_alerts_would_come_and_go_and_what_was_decided(operation: Operation) -> None:
    first = operation.release("first", ["1"], [("a", 1, 5), ("b", 40, 50)])
    second = operation.release("second", ["1"], [("c", 2, 6), ("d", 70, None)])
    operation.publish(first)
    operation.publish(second)
    before, after = evaluations(operation)
    assert before.data.tags["compared_with"] == "none in operation"
    assert after.data.tags["compared_with"] == first[1]
    assert (after.data.tags["decision"], after.data.tags["gate"]) == ("published", "passes")
    table = json.loads(load_text(f"{after.info.artifact_uri}/events.json"))
    fates = [dict(zip(table["columns"], row, strict=True)) for row in table["data"]]
    assert [(each["fate"], each["event_id"], each["id_in_operation"]) for each in fates] == [
        ("appears", "d", None),
        ("vanishes", None, "b"),
        ("stays", "c", "a"),
    ]
    told = after.data.tags["mlflow.note.content"]
    assert "**1 alert would vanish**: client 1 level_down from 2024-02-10." in told


def test_what_the_gate_refuses_stands_on_the_evaluation_of_the_refused_release(operation: Operation) -> None:
    operation.publish(operation.release("first", ["1"], [("a", 1, 5)]))
    second = operation.release("second", ["1"], [(f"e{day}", 10 * day, 10 * day + 2) for day in range(9)])
    with pytest.raises(PublishError, match="more than a factor"):
        operation.publish(second)
    _, refused = evaluations(operation)
    assert refused.data.tags["decision"] == "refused"
    assert "more than a factor" in refused.data.tags["decision_reason"]
    assert "speaks against it" in refused.data.tags["mlflow.note.content"]


def test_what_is_published_in_spite_of_the_gate_says_so(operation: Operation) -> None:
    operation.publish(operation.release("first", ["1"], [("a", 1, 5)]))
    operation.publish(
        operation.release("second", ["1"], [(f"e{day}", 10 * day, 10 * day + 2) for day in range(9)]), force=True
    )
    first, forced = evaluations(operation)
    assert (first.data.tags["decision"], forced.data.tags["decision"]) == ("published", "published by force")
    assert "more than a factor" in forced.data.tags["decision_reason"]
