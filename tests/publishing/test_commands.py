"""`vigia publish` and `vigia rollback` as an operator calls them."""

import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.publishing.conftest import FLEET
from tests.publishing.operation import Operation
from vigia.cli import main
from vigia.config.settings import Tracking

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*type hint is inferred:UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]


@dataclass
class Terminal:
    """Calls `vigia` below a folder; what it says, and its exit code."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def vigia(self, *words: str) -> tuple[int, str, str]:
        self.monkeypatch.setattr(sys, "argv", ["vigia", *words])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main()
        said = self.capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err


@pytest.fixture
def terminal(
    tmp_path: Path, tracking: Tracking, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("VIGIA_FLEET", FLEET)
    monkeypatch.setenv("VIGIA_TRACKING_URI", tracking.uri)
    monkeypatch.setenv("VIGIA_TRACKING_ARTIFACTS", tracking.artifacts)
    return Terminal(monkeypatch, capsys)


def publish(operation: Operation, terminal: Terminal, name: str, clients: list[str]) -> str:
    """Publish a release by command."""
    folder, digest, trained = operation.release(name, clients)
    operation.log(trained)
    code, said, _ = terminal.vigia("publish", str(folder), "--train", str(operation.root / name / "train"))
    assert (code, said) == (0, f"fleet tiny: release {digest[:12]} is in operation\n")
    return digest


def test_releases_are_published_and_gone_back_from(operation: Operation, terminal: Terminal) -> None:
    first = publish(operation, terminal, "first", ["1"])
    second = publish(operation, terminal, "second", ["1", "2"])
    assert operation.champions() == {"tiny.1": second, "tiny.2": second}
    assert terminal.vigia("rollback") == (0, f"fleet tiny: release {first[:12]} is in operation again\n", "")
    assert operation.champions() == {"tiny.1": first}
    code, _, trouble = terminal.vigia("rollback")
    assert (code, trouble.startswith("vigia: release")) == (1, True)
    assert operation.served == first


def test_a_rollback_needs_no_mlflow_and_says_that_champions_did_not_follow(
    operation: Operation, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(operation, terminal, "first", ["1"])
    second = publish(operation, terminal, "second", ["1", "2"])
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("VIGIA_TRACKING_URI", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        code, said, trouble = terminal.vigia("rollback")
    assert (code, said) == (0, f"fleet tiny: release {first[:12]} is in operation again\n")
    assert "the aliases `champion` and `challenger` were not moved: MLflow did not answer as asked" in trouble
    assert operation.served == first
    assert operation.champions() == {"tiny.1": second, "tiny.2": second}
    monkeypatch.setenv("VIGIA_TRACKING_URI", operation.uri)
    assert terminal.vigia("rollback", first[:12])[2] == ""
    assert operation.champions() == {"tiny.1": first}


def test_without_the_training_it_says_where_that_comes_from(operation: Operation, terminal: Terminal) -> None:
    folder, _, _ = operation.release("first", ["1"])
    code, _, trouble = terminal.vigia("publish", str(folder))
    assert code == 1
    assert "data/train/@fleet/candidates.json is not there: `dvc pull` brings it" in trouble


def test_two_at_once_come_one_after_the_other(operation: Operation, terminal: Terminal) -> None:
    folder, digest, trained = operation.release("first", ["1", "2"])
    operation.log(trained)
    words = ["publish", str(folder), "--train", str(operation.root / "first" / "train")]
    command = [sys.executable, "-c", "from vigia.cli import main; main()", *words]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [each.communicate(timeout=300) for each in both]
    ended = [each.returncode for each in both]
    assert 0 in ended, said
    assert all(
        code == 0 or "publishing must wait: process" in text for code, (_, text) in zip(ended, said, strict=True)
    )
    assert operation.served == digest
    assert len((operation.home / "decisions.jsonl").read_text().splitlines()) == 1
    assert [version.version for version in operation.tracker.client.search_model_versions()] == [1, 1]
