"""The aliases `champion` and `challenger`, from a refusal through a forced publish to a rollback."""

import logging

import mlflow
import pytest

from tests.publishing.operation import Operation
from vigia.errors import PublishError
from vigia.publish.operation import rollback
from vigia.publish.registry import move_aliases

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*type hint is inferred:UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]
MANY = [("e", 0, 5.0), ("f", 6, 9.0)]


def refused(operation: Operation, release: tuple) -> None:
    with pytest.raises(PublishError, match="the gate refused release"):
        operation.publish(release)


def test_a_refused_release_is_registered_as_the_challenger_with_what_spoke_against_it(operation: Operation) -> None:
    first, worse = operation.release("first", ["1"]), operation.release("worse", ["1", "2"], MANY)
    operation.publish(first)
    assert operation.holders("challenger") == {}
    refused(operation, worse)
    assert operation.champions() == {"tiny.1": first[1]}
    assert operation.holders("challenger") == {"tiny.1": worse[1], "tiny.2": worse[1]}
    version = operation.tracker.client.get_model_version_by_alias("tiny.1", "challenger")
    assert version.tags["gate_reasons"] == "2 events, released 0: more than a factor of 2"
    assert worse[1][:12] in version.description
    refused(operation, worse)
    assert len(operation.tracker.client.search_model_versions()) == 3


def test_the_challenger_is_the_release_that_was_refused_last(operation: Operation) -> None:
    first = operation.release("first", ["1", "2"])
    worse, worst = (
        operation.release("worse", ["1", "2"], MANY),
        operation.release("worst", ["1"], [*MANY, ("g", 20, 22)]),
    )
    operation.publish(first)
    refused(operation, worse)
    refused(operation, worst)
    assert operation.holders("challenger") == {"tiny.1": worst[1]}


def test_a_challenger_that_is_published_is_none_any_more_and_one_again_after_a_rollback(operation: Operation) -> None:
    first, worse = operation.release("first", ["1"]), operation.release("worse", ["1"], MANY)
    operation.publish(first)
    refused(operation, worse)
    operation.publish(worse, force=True)
    assert operation.champions() == {"tiny.1": worse[1]}
    assert operation.holders("challenger") == {}
    assert len(operation.tracker.client.search_model_versions()) == 2
    assert rollback(operation.home) == first[1]
    move_aliases(operation.home, operation.tracker)
    assert operation.champions() == {"tiny.1": first[1]}
    assert operation.holders("challenger") == {"tiny.1": worse[1]}


def test_another_release_leaves_no_challenger_of_the_one_before(operation: Operation) -> None:
    first, worse = operation.release("first", ["1"]), operation.release("worse", ["1"], MANY)
    operation.publish(first)
    refused(operation, worse)
    operation.publish(operation.release("second", ["1", "3"]))
    assert operation.holders("challenger") == {}


@pytest.mark.parametrize("silent", ["create_model_version", "set_registered_model_alias", "search_runs"])
def test_a_refusal_is_told_where_mlflow_does_not_answer(
    operation: Operation, silent: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, worse = operation.release("first", ["1"]), operation.release("worse", ["1"], MANY)
    operation.publish(first)

    def no_answer(*_: object, **__: object) -> None:
        raise mlflow.MlflowException("no answer")

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr(operation.tracker.client, silent, no_answer)
        with pytest.raises(PublishError, match="2 events, released 0"):
            operation.publish(worse)
    assert "is refused, and is no challenger in MLflow: MLflow did not answer as asked: no answer" in caplog.text
    assert operation.holders("challenger") == {}
    refused(operation, worse)
    assert operation.holders("challenger") == {"tiny.1": worse[1]}
    assert len(operation.tracker.client.search_model_versions()) == 2


def test_a_client_without_a_model_is_no_challenger(operation: Operation) -> None:
    folder, digest, trained = operation.release("first", ["1", "2"])
    (folder / "models" / "2" / "spec.json").unlink()
    with pytest.raises(PublishError, match="client 2 has no model"):
        operation.publish((folder, digest, trained))
    assert operation.holders("challenger") == {"tiny.1": digest}
    assert operation.champions() == {}
