"""Going back: a stack of what was in operation, made from the list of decisions."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigia.errors import PublishError
from vigia.publish import decisions
from vigia.publish.operation import current_release, flip, rollback


def published(home: Path, *names: str) -> None:
    """Releases in operation, one after the other."""
    for name in names:
        (home / "releases" / name).mkdir(parents=True, exist_ok=True)
        (home / "releases" / name / "manifest.json").touch()
        decisions.decide(home, "published", name, served(home), "")
        flip(home, name)


def served(home: Path) -> str | None:
    folder = current_release(home)
    return None if folder is None else folder.name


def test_rollbacks_go_ever_further_back_until_nothing_is_earlier(tmp_path: Path) -> None:
    published(tmp_path, "a", "b", "c")
    assert [rollback(tmp_path), rollback(tmp_path)] == ["b", "a"]
    with pytest.raises(PublishError, match="release a is in operation, and none that is still there was before it"):
        rollback(tmp_path)
    assert served(tmp_path) == "a"
    published(tmp_path, "d")
    assert rollback(tmp_path) == "a"


def test_what_the_gate_refused_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    published(tmp_path, "a", "c")
    (tmp_path / "releases" / "b").mkdir()
    (tmp_path / "releases" / "b" / "manifest.json").touch()
    decisions.decide(tmp_path, "refused", "b", "c", "worse")
    with pytest.raises(PublishError, match=r"'b' begins 0 releases that were in operation and are there: a, c"):
        rollback(tmp_path, "b")
    assert rollback(tmp_path) == "a"


def test_a_named_release_is_gone_down_to_or_put_on_top_again(tmp_path: Path) -> None:
    published(tmp_path, "a", "b", "c", "d")
    assert rollback(tmp_path, "b") == "b"
    assert decisions.in_operation(decisions.read(tmp_path)) == ["a", "b"]
    assert rollback(tmp_path, "d") == "d"
    assert decisions.in_operation(decisions.read(tmp_path)) == ["a", "b", "d"]
    assert rollback(tmp_path, "d") == served(tmp_path) == "d"
    assert rollback(tmp_path) == "b"


def test_a_beginning_that_several_releases_share_is_refused(tmp_path: Path) -> None:
    published(tmp_path, "a1", "a2")
    with pytest.raises(PublishError, match="'a' begins 2 releases"):
        rollback(tmp_path, "a")
    assert rollback(tmp_path, "a1") == "a1"


def test_a_release_that_was_removed_is_passed_over(tmp_path: Path) -> None:
    published(tmp_path, "a", "b", "c")
    shutil.rmtree(tmp_path / "releases" / "b")
    with pytest.raises(PublishError, match="'b' begins 0 releases"):
        rollback(tmp_path, "b")
    assert rollback(tmp_path) == "a"


@pytest.mark.parametrize("link", ["b", None], ids=["flip did not happen", "link is gone"])
def test_it_starts_from_what_is_served_where_that_is_not_what_was_decided_last(
    tmp_path: Path, link: str | None
) -> None:
    published(tmp_path, "a", "b", "c")
    (tmp_path / "releases" / "current").unlink()
    if link:
        flip(tmp_path, link)
    assert rollback(tmp_path) == ("a" if link else "c")


@pytest.mark.parametrize("line", ['{"at": "2024', '{"at": "2024"}', "[]"], ids=["cut off", "fields missing", "a list"])
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    published(tmp_path, "a", "b")
    with (tmp_path / decisions.FILE).open("a") as file:
        file.write(line)
    with pytest.raises(PublishError, match=r"decisions.jsonl, line 3 is no decision"):
        rollback(tmp_path)
    assert served(tmp_path) == "b"


@dataclass
class Model:
    """Operation as a list: what is served is last."""

    stack: list[str] = field(default_factory=list)
    ever: set[str] = field(default_factory=set)

    def publish(self, name: str) -> None:
        if self.stack[-1:] != [name]:
            self.stack.append(name)
        self.ever.add(name)

    def rollback(self) -> bool:
        if len(self.stack) < 2:
            return False
        self.stack.pop()
        return True

    def rollback_to(self, name: str) -> bool:
        if name not in self.ever:
            return False
        if name not in self.stack:
            self.stack.append(name)
        while self.stack[-1] != name:
            self.stack.pop()
        return True


MOVES = st.tuples(st.sampled_from(["publish", "refuse", "back", "back to"]), st.sampled_from("abcd"))


@settings(max_examples=60, deadline=None)
@given(st.lists(MOVES, max_size=14))
def test_any_sequence_of_moves_ends_where_a_stack_ends(moves: list[tuple[str, str]]) -> None:
    model = Model()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for move, name in moves:
            if move == "publish":
                published(home, name)
                model.publish(name)
            elif move == "refuse":
                decisions.decide(home, "refused", name, served(home), "worse")
            elif model.rollback() if move == "back" else model.rollback_to(name):
                rollback(home, None if move == "back" else name)
            else:
                with pytest.raises(PublishError):
                    rollback(home, None if move == "back" else name)
            assert served(home) == (model.stack[-1] if model.stack else None)
        assert decisions.in_operation(decisions.read(home)) == model.stack
