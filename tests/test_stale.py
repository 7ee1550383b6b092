"""A change of code or of a default makes stale what was made with it, and nothing else."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.stages import ROOT, read_stages

ALL = {stage.name for stage in read_stages()}
CONFIG = "src/vigia/config"

pytestmark = pytest.mark.filterwarnings("ignore")  # of DVC's own libraries


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """This checkout's pipeline with made-up data of which DVC believes that the stages have just made them."""
    from dvc.repo import Repo

    root = tmp_path_factory.mktemp("checkout")
    for name in ("src", "pipelines"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copyfile(ROOT / name, root / name)
    for path in {path for stage in read_stages() for path in (*stage.deps, *stage.outs) if path not in stage.code}:
        file = root / path if Path(path).suffix else root / path / "made-up"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{path}\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DVC_SITE_CACHE_DIR", str(root / "site"))
        patch.setenv("DVC_NO_ANALYTICS", "1")
        patch.chdir(root)
        with Repo.init(str(root), no_scm=True) as made:
            made.commit(force=True)
            assert made.status() == {}
            yield made


def stale(repo: Any) -> set[str]:
    """Stages that DVC would run again."""
    repo._reset()
    return set(repo.status())


@pytest.mark.parametrize(
    ("file", "old", "new", "stages"),
    [
        (
            f"{CONFIG}/sections/screen.py",
            "past_only_ratio: float = Field(1.4,",
            "past_only_ratio: float = Field(9.4,",
            {"screen", "detect", "evaluate", "release"},
        ),
        (
            f"{CONFIG}/sections/detect.py",
            "breach_days: int = Field(3,",
            "breach_days: int = Field(30,",
            {"detect", "evaluate", "release"},
        ),
        (
            f"{CONFIG}/sections/train.py",
            "lstm_trials: int = Field(2,",
            "lstm_trials: int = Field(4,",
            {"train", "backtest", "evaluate", "release"},
        ),
        (
            f"{CONFIG}/sections/publish.py",
            "max_event_ratio: float = Field(2.0",
            "max_event_ratio: float = Field(3.0",
            {"release"},
        ),
        (f"{CONFIG}/settings.py", "5006", "5007", set()),
        # `choose` reads the records of families, which stand beside code that reads calendars; it takes a second.
        ("src/vigia/calendars/holidays.py", '"""', '"""Of a year: ', ALL - {"ingest"}),
        ("src/vigia/shrinkage.py", "MIN_CLIENTS = 8", "MIN_CLIENTS = 9", {"train", "choose"}),
        ("src/vigia/frames/checks.py", "def empty", "\ndef empty", ALL),
        ("params.yaml", "join_days: 7.0", "join_days: 6.0", {"screen", "detect", "evaluate", "release"}),
    ],
    ids=[
        "default of screen",
        "default of detect",
        "default of train",
        "default of the gate",
        "setting",
        "calendars.holidays",
        "shrinkage",
        "frames",
        "parameter",
    ],
)
def test_a_change_makes_the_stages_stale_that_it_can_change(
    repo: Any, file: str, old: str, new: str, stages: set[str]
) -> None:
    path = Path(repo.root_dir) / file
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    try:
        assert stale(repo) == stages
    finally:
        path.write_text(before, encoding="utf-8")
