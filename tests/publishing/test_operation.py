"""Going back: a stack of what was in operation, made from the list of decisions."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigia.errors import LockedError, PublishError
from vigia.publish import decisions
from vigia.publish.operation import LOCK, change, current_release, flip, operating, rollback, settle
from vigia.release.layout import SCHEMA, release_digest


def published(home: Path, *names: str) -> None:
    """Releases in operation, one after the other."""
    for name in names:
        on_disk(home, name)
        change(home, decisions.made("published", name, served(home), ""))


def on_disk(home: Path, name: str) -> Path:
    """The smallest release: a manifest of no file."""
    folder = home / "releases" / name
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {"schema": SCHEMA, "files": {}, "digest": release_digest({})}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


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
    on_disk(tmp_path, "b")
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


@pytest.mark.parametrize(
    "line", ['{"at": "2024\n', '{"at": "2024"}\n', "[]\n", "\n"], ids=["cut off", "fields missing", "a list", "empty"]
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    published(tmp_path, "a", "b")
    with (tmp_path / decisions.FILE).open("a") as file:
        file.write(line)
    with pytest.raises(PublishError, match=r"decisions.jsonl, line 3 is no decision"):
        rollback(tmp_path)
    assert served(tmp_path) == "b"


def test_a_damaged_release_is_passed_over_and_not_served_by_its_name(tmp_path: Path) -> None:
    published(tmp_path, "a", "b", "c")
    (tmp_path / "releases" / "b" / "readings").write_text("not in the manifest")
    with pytest.raises(PublishError, match="release b is damaged"):
        rollback(tmp_path, "b")
    assert rollback(tmp_path) == "a"


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99], ids=["no byte", "half", "all but its end"])
def test_the_beginning_of_a_line_that_nobody_finished_is_taken_away(tmp_path: Path, keep: float) -> None:
    published(tmp_path, "a", "b")
    whole = (tmp_path / decisions.FILE).read_bytes()
    torn = whole.splitlines()[0]
    (tmp_path / decisions.FILE).write_bytes(whole + torn[: int(keep * len(torn))])
    assert [line.release for line in decisions.read(tmp_path)] == ["a", "b"]
    settle(tmp_path)
    assert (tmp_path / decisions.FILE).read_bytes() == whole


def test_a_line_without_its_end_of_line_is_ended(tmp_path: Path) -> None:
    published(tmp_path, "a", "b")
    whole = (tmp_path / decisions.FILE).read_bytes()
    (tmp_path / decisions.FILE).write_bytes(whole[:-1])
    settle(tmp_path)
    assert (tmp_path / decisions.FILE).read_bytes() == whole


class Killed(BaseException):
    """Ends a process at some point, as no `except` expects it."""


STEPS = {
    "before anything": ("json.dumps", 0),
    "noted, not flipped": ("vigia.publish.operation.flip", 0),
    "flipped, no line": ("vigia.publish.decisions.add", 0),
    "half a line": ("vigia.publish.decisions.os.fsync", 1),
    "line written, still noted": ("pathlib.Path.unlink", 1),
}
"""What is called when the process dies, and how often it was called before."""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("died", [Killed(), OSError(28, "No space left on device")], ids=["killed", "disk full"])
def test_a_change_that_was_cut_short_is_told_of_once_if_it_happened_and_else_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, died: BaseException
) -> None:
    published(tmp_path, "a", "b")
    target, before = STEPS[step]
    module, name = target.rsplit(".", 1)
    owner = {"json": json, "vigia.publish.decisions.os": os, "pathlib.Path": Path}.get(module) or sys.modules[module]
    asked, whole = 0, getattr(owner, name)

    def dies(*given: Any, **more: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked > before:
            if step == "half a line":
                os.ftruncate(given[0], os.fstat(given[0]).st_size - 20)
            raise died
        return whole(*given, **more)

    def publishes() -> None:
        line = decisions.made("published", "c", "b", "better")
        with monkeypatch.context() as patched, operating(tmp_path, "publishing"):
            patched.setattr(owner, name, dies)
            change(tmp_path, line)

    on_disk(tmp_path, "c")
    with pytest.raises((Killed, PublishError)):
        publishes()
    happened = served(tmp_path) == "c"
    assert happened == (step not in ("before anything", "noted, not flipped"))
    for _ in range(2):
        with operating(tmp_path, "publishing"):
            pass
        assert [each.release for each in decisions.read(tmp_path)] == ["a", "b", *(["c"] if happened else [])]
    assert rollback(tmp_path) == ("b" if happened else "a")


def test_what_killed_ones_left_is_removed(tmp_path: Path) -> None:
    published(tmp_path, "a")
    (tmp_path / "releases" / "b.partial" / "readings").mkdir(parents=True)
    (tmp_path / "releases" / "current.77").symlink_to("a")
    (tmp_path / "releases" / "b.registry.partial").write_text("{")
    settle(tmp_path)
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == ["a", "current"]


HOLDER = """
import sys, time
from pathlib import Path
from vigia.publish.operation import operating
with operating(Path(sys.argv[1]), "publishing"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_one_is_refused_while_another_is_at_work_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    published(tmp_path, "a", "b")
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        started = time.monotonic()
        with pytest.raises(LockedError, match=f"going back must wait: process {holder.pid} is at work"):
            rollback(tmp_path, wait_seconds=0.3)
        assert 0.3 <= time.monotonic() - started < 10
        assert served(tmp_path) == "b"
        holder.kill()
    assert (tmp_path / LOCK).is_file()
    assert rollback(tmp_path, wait_seconds=5) == "a"


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
