"""A few kills of what brings data in and releases into operation, and that the comparison notices what is wrong."""

import json
import shutil
from pathlib import Path

import pytest

from benchmarks.kills.state import differences, state
from benchmarks.kills.steps import HOME, served_as_decided
from benchmarks.kills.trials import trials
from vigia.publish.decisions import made
from vigia.publish.operation import change, flip


@pytest.mark.long
@pytest.mark.timeout(300)
def test_killed_commands_lose_double_and_misstate_nothing_when_they_are_called_again(tmp_path: Path) -> None:
    found = list(trials(("publish", "rollback", "fetch"), 10, 7, tmp_path))
    assert [(trial.step, trial.seconds, trial.wrong) for trial in found if trial.wrong] == []
    assert sum(not trial.ended for trial in found) >= 5


def test_the_comparison_names_what_is_lost_doubled_or_said_falsely(tmp_path: Path) -> None:
    home = tmp_path / "whole" / HOME
    for release in ("a", "b"):
        (home / "releases" / release).mkdir(parents=True)
        change(home, made("published", release, None, ""))
    (home / "releases" / "b.registry.json").write_text(json.dumps({"models": {"7": {"version": "1", "run_id": "x"}}}))
    assert served_as_decided(tmp_path / "whole")
    other = shutil.copytree(tmp_path / "whole", tmp_path / "other", symlinks=True) / HOME
    assert differences(state(tmp_path / "whole"), state(tmp_path / "other")) == []
    lines = (other / "decisions.jsonl").read_text()
    (other / "decisions.jsonl").write_text(lines + lines.splitlines()[-1] + "\n")
    flip(other, "a")
    (other / "releases" / "b.registry.json").unlink()
    assert differences(state(tmp_path / "whole"), state(tmp_path / "other")) == [
        f"{HOME}/decisions.jsonl",
        f"{HOME}/releases/b.registry.json",
        f"{HOME}/releases/current",
    ]
    assert not served_as_decided(tmp_path / "other")
